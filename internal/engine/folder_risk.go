package engine

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"oura-streaming/internal/status"
)

// warnOfFolder tells when the data folder lies where a database can be damaged
// (F-18). Sample data may.
func (e *Engine) warnOfFolder() {
	why := folderRisk(e.opt.DataDir)
	e.raiseIf(why != "" && e.demo == nil, status.FolderUnsafe, why)
}

// folderRisk says in one sentence why a database is not safe in dir, "" where it is.
func folderRisk(dir string) string {
	if why := diskRisk(diskKind(dir)); why != "" {
		return why
	}
	places := []string{dir}
	if real, err := filepath.EvalSymlinks(dir); err == nil && real != dir {
		places = append(places, real)
	}
	for _, place := range places {
		if service, folder := syncedBy(filepath.ToSlash(place), holds); service != "" {
			return fmt.Sprintf("It lies in a folder that %s synchronises: %s.", service, filepath.FromSlash(folder))
		}
	}
	return ""
}

// remoteKinds are file systems whose files lie on another computer, or on the host
// of a virtual one. All systems' names for them are here.
var remoteKinds = []string{
	"9p", "acfs", "afpfs", "afs", "ceph", "cifs", "coda", "davfs", "ftp", "gfs2", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2",
	"prl_fs", "remote", "smb", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs", "webdav",
}

// localFuse are file systems of other programs that only change what lies on a disk
// of this computer: encrypt it, join it, or read another system's format.
var localFuse = []string{
	"fuseblk", "fuse.bindfs", "fuse.cryfs", "fuse.encfs", "fuse.exfat", "fuse.ext2", "fuse.fuse-overlayfs", "fuse.gocryptfs", "fuse.mergerfs",
	"fuse.ntfs-3g", "fuse.portal", "fuse.securefs", "fuse.unionfs", "fuse.unionfs-fuse", "fuse.veracrypt", "fuse.zfs-fuse",
}

// diskRisk judges a kind of file system as diskKind names it, "" for one of this
// computer.
func diskRisk(kind string) string {
	switch {
	case kind == "remote":
		return "It lies on a network drive."
	case slices.Contains(remoteKinds, kind):
		return "It lies on a network drive or a shared folder (" + kind + ")."
	case slices.Contains(localFuse, kind):
		return ""
	case strings.Contains(kind, "fuse"): // sshfs, rclone, cloud drives, and what nobody knows
		return "It lies on a drive that another program provides (" + kind + ")."
	}
	return ""
}

// isNetworkPath reports whether a path of Windows names another computer.
func isNetworkPath(p string) bool {
	p = strings.ReplaceAll(p, `\`, "/")
	if rest, long := strings.CutPrefix(p, "//?/"); long {
		return len(rest) >= 4 && strings.EqualFold(rest[:4], "UNC/")
	}
	return strings.HasPrefix(p, "//") && !strings.HasPrefix(p, "//./")
}

// syncNames are the folders that programs which synchronise make by themselves. Some
// put an account behind the name: "Dropbox (Personal)", "OneDrive - Company".
var syncNames = map[string]string{
	"Box": "Box", "Box Sync": "Box", "CloudStation": "Synology Drive", "Dropbox": "Dropbox", "Google Drive": "Google Drive",
	"GoogleDrive": "Google Drive", "iCloud Drive": "iCloud Drive", "iCloudDrive": "iCloud Drive", "MEGA": "MEGA", "MEGAsync": "MEGA",
	"My Drive": "Google Drive", "Mobile Documents": "iCloud Drive", "Nextcloud": "Nextcloud", "OneDrive": "OneDrive", "ownCloud": "ownCloud",
	"pCloud Drive": "pCloud", "pCloud Sync": "pCloud", "pCloudDrive": "pCloud", "pCloudSync": "pCloud", "Proton Drive": "Proton Drive",
	"Seafile": "Seafile", "SynologyDrive": "Synology Drive", "Yandex.Disk": "Yandex Disk",
}

// syncMarks are files that such programs leave at the top of what they synchronise.
// Not .dropbox: the folder of that program's settings has the same name.
var syncMarks = []struct{ pattern, service string }{
	{".stfolder", "Syncthing"},
	{".dropbox.cache", "Dropbox"},
	{".sync/ID", "Resilio Sync"},
	{".sync_*.db", "Nextcloud or ownCloud"},
	{"._sync_*.db", "Nextcloud or ownCloud"},
	{".tmp.drivedownload", "Google Drive"},
	{".SynologyWorkingDirectory", "Synology Drive"},
	{".megaignore", "MEGA"},
}

// syncedBy looks at dir and the folders it lies in for one that a program keeps equal
// with other computers. Slashes part the names; holds looks into a folder.
func syncedBy(dir string, holds func(folder, pattern string) bool) (service, folder string) {
	for at := path.Clean(dir); ; at = path.Dir(at) {
		if service := syncName(path.Base(at), path.Base(path.Dir(at))); service != "" {
			return service, at
		}
		for _, mark := range syncMarks {
			if holds(at, mark.pattern) {
				return mark.service, at
			}
		}
		if at == path.Dir(at) {
			return "", ""
		}
	}
}

// syncName tells by a folder's name, and that of the one it lies in, who
// synchronises it.
func syncName(name, parent string) string {
	if parent == "CloudStorage" { // a Mac's place for all of them: OneDrive-Personal
		name, _, _ = strings.Cut(name, "-")
		if known := syncNames[name]; known != "" {
			return known
		}
		return name
	}
	if service := syncNames[name]; service != "" {
		return service
	}
	for _, sep := range []string{" (", " - "} {
		if first, _, found := strings.Cut(name, sep); found && syncNames[first] != "" {
			return syncNames[first]
		}
	}
	return ""
}

// holds reports whether something in folder has a name of that pattern. What may not
// be read is not there.
func holds(folder, pattern string) bool {
	found, err := fs.Glob(os.DirFS(filepath.FromSlash(folder)), pattern)
	return err == nil && len(found) > 0
}
