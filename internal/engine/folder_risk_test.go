package engine

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/status"
)

func TestF18_KindsOfFileSystems(t *testing.T) {
	for kind, warned := range map[string]bool{
		"": false, "ext4": false, "btrfs": false, "xfs": false, "zfs": false, "overlay": false, "tmpfs": false, "apfs": false, "hfs": false, "NTFS": false, "exfat": false, "ecryptfs": false,
		"fuseblk": false, "fuse.gocryptfs": false, "fuse.mergerfs": false, "fuse.ntfs-3g": false, "fuse.portal": false,
		"nfs": true, "nfs4": true, "cifs": true, "smb": true, "smb3": true, "smbfs": true, "afpfs": true, "webdav": true, "9p": true, "vboxsf": true,
		"virtiofs": true, "prl_fs": true, "vmhgfs": true, "ceph": true, "afs": true, "remote": true,
		"fuse": true, "fuse.sshfs": true, "fuse.rclone": true, "fuse.gvfsd-fuse": true, "fuse.pfs": true, "fuse.somebodys": true, "macfuse": true, "osxfuse": true,
	} {
		why := diskRisk(kind)
		if (why != "") != warned {
			t.Errorf("%q: %q, want a warning: %v", kind, why, warned)
		}
		if warned && (!strings.HasPrefix(why, "It lies on ") || !strings.HasSuffix(why, ".") || kind != "remote" && !strings.Contains(why, kind)) {
			t.Errorf("%q: %q is no sentence that names it", kind, why)
		}
	}
}

func TestF18_PathsOfWindows(t *testing.T) {
	for p, network := range map[string]bool{
		`\\server\share\oura`: true, `//server/share/oura`: true, `\\?\UNC\server\share\oura`: true, `\\wsl.localhost\Debian\home`: true,
		`C:\Users\me\AppData\Local\oura-streaming`: false, `\\?\C:\Users\me`: false, `\\.\C:\me`: false, `C:/Users/me`: false, `\\?\UN`: false,
	} {
		if isNetworkPath(p) != network {
			t.Errorf("%s: network %v", p, !network)
		}
	}
}

func TestF18_FoldersThatAreSynchronised(t *testing.T) {
	for _, tc := range []struct {
		dir, mark       string // mark: what lies where, "" nothing
		service, folder string // "": safe
	}{
		{"/home/me/.local/share/oura-streaming", "", "", ""},
		{"/Users/me/Library/Application Support/oura-streaming", "", "", ""},
		{"C:/Users/me/AppData/Local/oura-streaming", "", "", ""},
		{"/home/me/dropbox-backup/oura", "", "", ""},
		{"/home/me/src/Boxes/oura", "", "", ""},
		{"/home/me/OneDriver/oura", "", "", ""},
		{"/", "", "", ""},
		{"/home/me/Dropbox/oura", "", "Dropbox", "/home/me/Dropbox"},
		{"/home/me/Dropbox", "", "Dropbox", "/home/me/Dropbox"},
		{"C:/Users/me/Dropbox (Personal)/data/oura", "", "Dropbox", "C:/Users/me/Dropbox (Personal)"},
		{"C:/Users/me/OneDrive/Documents/oura", "", "OneDrive", "C:/Users/me/OneDrive"},
		{"C:/Users/me/OneDrive - Company/oura", "", "OneDrive", "C:/Users/me/OneDrive - Company"},
		{"G:/My Drive/oura", "", "Google Drive", "G:/My Drive"},
		{"/Users/me/Google Drive/oura", "", "Google Drive", "/Users/me/Google Drive"},
		{"/Users/me/Library/Mobile Documents/com~apple~CloudDocs/oura", "", "iCloud Drive", "/Users/me/Library/Mobile Documents"},
		{"C:/Users/me/iCloudDrive/oura", "", "iCloud Drive", "C:/Users/me/iCloudDrive"},
		{"/Users/me/Library/CloudStorage/OneDrive-Personal/oura", "", "OneDrive", "/Users/me/Library/CloudStorage/OneDrive-Personal"},
		{"/Users/me/Library/CloudStorage/GoogleDrive-me@example.org/My Drive/oura", "", "Google Drive", "/Users/me/Library/CloudStorage/GoogleDrive-me@example.org/My Drive"},
		{"/Users/me/Library/CloudStorage/Newcomer-me/oura", "", "Newcomer", "/Users/me/Library/CloudStorage/Newcomer-me"},
		{"/home/me/Nextcloud/oura", "", "Nextcloud", "/home/me/Nextcloud"},
		{"/home/me/ownCloud/oura", "", "ownCloud", "/home/me/ownCloud"},
		{"/home/me/pCloudDrive/oura", "", "pCloud", "/home/me/pCloudDrive"},
		{"/home/me/MEGA/oura", "", "MEGA", "/home/me/MEGA"},
		{"/home/me/SynologyDrive/oura", "", "Synology Drive", "/home/me/SynologyDrive"},
		{"/home/me/Seafile/oura", "", "Seafile", "/home/me/Seafile"},
		{"/srv/shared/oura", "/srv/shared/.stfolder", "Syncthing", "/srv/shared"},
		{"/srv/shared/oura", "/srv/shared/oura/.stfolder", "Syncthing", "/srv/shared/oura"},
		{"/srv/shared/oura", "/srv/elsewhere/.stfolder", "", ""},
		{"/srv/shared/oura", "/srv/shared/.sync/ID", "Resilio Sync", "/srv/shared"},
		{"/srv/shared/oura", "/srv/shared/.sync/other", "", ""},
		{"/srv/shared/oura", "/srv/shared/.dropbox.cache", "Dropbox", "/srv/shared"},
		{"/home/me/.local/share/oura-streaming", "/home/me/.dropbox/info.json", "", ""},
		{"/srv/shared/oura", "/srv/shared/.sync_1a2b3c4d5e6f.db", "Nextcloud or ownCloud", "/srv/shared"},
		{"/srv/shared/oura", "/srv/shared/.tmp.drivedownload", "Google Drive", "/srv/shared"},
	} {
		has := func(folder, pattern string) bool {
			for name := tc.mark; tc.mark != "" && name != "/"; name = path.Dir(name) { // a mark's folders are there too
				if found, err := path.Match(path.Join(folder, pattern), name); err == nil && found {
					return true
				}
			}
			return false
		}
		if service, folder := syncedBy(tc.dir, has); service != tc.service || folder != tc.folder {
			t.Errorf("%s with %q: %q in %q, want %q in %q", tc.dir, tc.mark, service, folder, tc.service, tc.folder)
		}
	}
}

// TestF18_MarksAreFound looks for the marks in real folders, one with a name that a
// pattern could trip over.
func TestF18_MarksAreFound(t *testing.T) {
	for _, mark := range syncMarks {
		top := filepath.Join(t.TempDir(), "a[b]")
		dir := filepath.Join(top, "data")
		must(t, os.MkdirAll(dir, 0o700))
		if service, _ := syncedBy(filepath.ToSlash(dir), holds); service != "" {
			t.Fatalf("a folder of tests is synchronised by %s", service)
		}
		made := filepath.Join(top, strings.ReplaceAll(mark.pattern, "*", "0f1e2d3c4b5a"))
		must(t, os.MkdirAll(filepath.Dir(made), 0o700))
		must(t, os.WriteFile(made, nil, 0o600))
		if service, folder := syncedBy(filepath.ToSlash(dir), holds); service != mark.service || folder != filepath.ToSlash(top) {
			t.Errorf("%s: %q in %q", mark.pattern, service, folder)
		}
	}
}

// TestF18_ASynchronisedFolderIsWarnedOfAndCanBeLeft walks the way that
// docs/backup.md describes.
func TestF18_ASynchronisedFolderIsWarnedOfAndCanBeLeft(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	opt := options(t, sim, port)
	shared := filepath.Join(t.TempDir(), "Dropbox")
	opt.DataDir = filepath.Join(shared, "oura")
	p := start(t, sim, opt)
	p.signIn()
	p.subscribed()
	p.put(document(oura.Workout, "run", 1))
	p.arrives(oura.Workout, "run", oura.Create, document(oura.Workout, "run", 1).JSON)
	p.wait("the warning", func() string { return want(p.hasTrouble(status.FolderUnsafe), "no trouble data_folder_unsafe") })
	at := slices.IndexFunc(p.engine.Status().Snapshot().Troubles, func(tr status.Trouble) bool { return tr.Code == status.FolderUnsafe })
	shown := p.engine.Status().Snapshot().Troubles[at]
	for _, words := range []string{"Dropbox synchronises: " + shared + ".", "--data-dir", "damaged"} {
		if !strings.Contains(shown.Text, words) {
			t.Errorf("%q does not say %q", shown.Text, words)
		}
	}
	if shown.Severity != status.Warning {
		t.Errorf("severity %s", shown.Severity)
	}
	made, was := p.backUp(), p.events("")
	p.stop()

	opt.DataDir = filepath.Join(t.TempDir(), "oura")
	opt.KeyFile = filepath.Join(t.TempDir(), "key")
	copied, err := os.ReadFile(filepath.Join(shared, "oura", "backups", made.Name))
	must(t, err)
	moved := start(t, sim, opt)
	moved.signIn()
	must(t, os.MkdirAll(filepath.Join(opt.DataDir, "backups"), 0o700))
	must(t, os.WriteFile(filepath.Join(opt.DataDir, "backups", made.Name), copied, 0o600))
	must(t, moved.engine.StageRestore(t.Context(), made.Name))
	moved = moved.again()
	if moved.hasTrouble(status.FolderUnsafe) {
		t.Error("the new place is warned of")
	}
	now := moved.events("data_type=workout")
	if !slices.ContainsFunc(now, func(ev event) bool { return ev.ObjectID == "run" && ev.Source == was[0].Source && ev.Seq == was[0].Seq }) {
		t.Errorf("in the new place there are %+v, want %+v", now, was)
	}
	moved.equalsLedger()
}
