// Package notify decides what the user is told outside the window, and keeps a
// list of it for the window. It tells of troubles in which the program needs the
// user, once each until they end, and takes them back then; that last night is in,
// at most once a day; the end of long work; and new documents of the types the
// user chose. More than three of a kind within a minute become one. It puts no
// health value into words unless the user allowed that, and nothing that is not
// its own wording into what it says of a trouble.
package notify
