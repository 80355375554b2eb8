// Command winres writes the resources of the Windows program as an object file
// that go build links by itself: icon, manifest, version.
//
//	cd build/tools && go run ./winres ICON MANIFEST VERSION TEXT OUT
//
// VERSION has four numbers, TEXT is the version as people read it.
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/tc-hib/winres"
	"github.com/tc-hib/winres/version"
)

// iconID is where the window's library looks for the icon.
const iconID = winres.ID(3)

func main() {
	if len(os.Args) != 6 {
		_, _ = fmt.Fprintln(os.Stderr, "usage: winres ICON MANIFEST VERSION TEXT OUT") // nobody else to tell
		os.Exit(2)
	}
	if err := write(os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5]); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err) // as above
		os.Exit(1)
	}
}

func write(icon, manifest, number, text, out string) error {
	var rs winres.ResourceSet
	f, err := os.Open(icon)
	if err != nil {
		return err
	}
	defer f.Close()
	pictures, err := winres.LoadICO(f)
	if err != nil {
		return fmt.Errorf("read %s: %w", icon, err)
	}
	if err := rs.SetIcon(iconID, pictures); err != nil {
		return err
	}
	raw, err := os.ReadFile(manifest)
	if err != nil {
		return err
	}
	// As it is: the library's own form would drop what it does not know.
	if err := rs.Set(winres.RT_MANIFEST, winres.ID(1), winres.LCIDNeutral, []byte(strings.ReplaceAll(string(raw), "@version@", number))); err != nil {
		return err
	}
	info, err := versionInfo(number, text)
	if err != nil {
		return err
	}
	rs.SetVersionInfo(info)
	object, err := os.Create(out)
	if err != nil {
		return err
	}
	if err := rs.WriteObject(object, winres.ArchAMD64); err != nil {
		_ = object.Close() // the first error counts
		return err
	}
	return object.Close()
}

func versionInfo(number, text string) (version.Info, error) {
	var info version.Info
	info.SetFileVersion(number)
	info.SetProductVersion(number)
	const english = 0x0409
	for key, value := range map[string]string{
		version.CompanyName:      "The Oura Streaming authors",
		version.FileDescription:  "Oura Streaming",
		version.ProductName:      "Oura Streaming",
		version.InternalName:     "oura-streaming",
		version.OriginalFilename: "oura-streaming.exe",
		version.LegalCopyright:   "© 2026 The Oura Streaming authors. MIT License.",
		version.FileVersion:      text,
		version.ProductVersion:   text,
	} {
		if err := info.Set(english, key, value); err != nil {
			return info, fmt.Errorf("version resource %s: %w", key, err)
		}
	}
	return info, nil
}
