package engine

import (
	"path/filepath"

	"golang.org/x/sys/windows"
)

// diskKind is "remote" for a folder on another computer, else "".
func diskKind(dir string) string {
	if isNetworkPath(dir) {
		return "remote"
	}
	root, err := windows.UTF16PtrFromString(filepath.VolumeName(dir) + `\`)
	if err == nil && windows.GetDriveType(root) == windows.DRIVE_REMOTE {
		return "remote"
	}
	return ""
}
