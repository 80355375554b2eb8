// Package failpoint names places in the code where a test may end the whole
// process, as a power cut would. Normal builds carry an empty function; only a
// build with the tag "failpoint" acts. Such a build kills itself at the place
// named by the environment variable OURA_STREAMING_FAILPOINT: "name" at the
// first time it is reached, "name:3" at the third.
package failpoint

// Variable is the environment variable that names the place.
const Variable = "OURA_STREAMING_FAILPOINT"
