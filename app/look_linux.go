package app

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
)

// desktopIsDark reports whether the toolkit will take dark colours, by the variable
// and the file of its own. What else a desktop has to say it says to the toolkit,
// later, and the page then follows that.
func desktopIsDark() bool {
	if theme := os.Getenv("GTK_THEME"); theme != "" {
		return isDarkTheme(theme)
	}
	config, err := os.UserConfigDir()
	if err != nil {
		return false
	}
	f, err := os.Open(filepath.Join(config, "gtk-3.0", "settings.ini"))
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // only read
	dark := false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), "=")
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(name) {
		case "gtk-application-prefer-dark-theme":
			dark = dark || value == "1" || strings.EqualFold(value, "true")
		case "gtk-theme-name":
			dark = dark || isDarkTheme(value)
		}
	}
	return dark
}

func isDarkTheme(name string) bool {
	name = strings.ToLower(name)
	return strings.HasSuffix(name, ":dark") || strings.HasSuffix(name, "-dark")
}
