// Package packagetest tries what a release consists of. Its tests need built
// packages: build/test-package.sh makes them and says where they are.
package packagetest
