//go:build !testhosts

package update

func host() string { return Host }
