// Package retention deletes what the user does not want to keep any longer.
//
// Promises:
//   - Nothing is deleted before a backup holds it, unless the user has turned
//     backups off; without one nothing goes, and somebody is told why. Samples of
//     long ago that were read again within the last day are the exception: Oura
//     still has them.
//   - Events go from the oldest on, so that those that stay are without a gap.
//   - Each deletion has its row in the audit table before its first row is gone.
//   - It goes in steps that writers hardly notice. A step is all or nothing, so a
//     crash leaves a smaller number of old rows and nothing else to mend.
package retention
