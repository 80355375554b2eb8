package engine

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"oura-streaming/internal/diagnose"
)

// usualTops are folders at the top of a disk that many computers have. Any other one
// may be somebody's name.
var usualTops = []string{"Applications", "data", "etc", "home", "media", "mnt", "opt", "private", "root", "run", "srv", "tmp", "Users", "usr", "var", "Volumes"}

// nameFolder has the sieve take out a folder, where it leads to, and what it lies in.
func nameFolder(s *diagnose.Sieve, folder, instead string) {
	places := []string{filepath.Clean(folder)}
	if real, err := filepath.EvalSymlinks(folder); err == nil {
		places = append(places, real)
	}
	for _, place := range places {
		s.Name(place, instead)
		for parent := filepath.Dir(place); parent != filepath.Dir(parent); parent = filepath.Dir(parent) {
			if !slices.Contains(usualTops, filepath.Base(parent)) {
				s.Name(parent, diagnose.Path)
			}
		}
	}
}

// withoutFolder leaves out of the trouble FolderUnsafe which folder a program
// synchronises. The name of a program that is on no list is a folder's too.
func withoutFolder(text string) string {
	said, _, synced := strings.Cut(text, " synchronises: ")
	if !synced {
		return text
	}
	services := slices.Collect(maps.Values(syncNames))
	for _, mark := range syncMarks {
		services = append(services, mark.service)
	}
	for _, service := range services {
		if strings.HasSuffix(said, " that "+service) {
			return said + " synchronises."
		}
	}
	return "It lies in a folder that a program synchronises."
}
