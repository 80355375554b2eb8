package autostart

import (
	"errors"
	"strings"
)

// entryText is the desktop entry that starts p.
// Source: freedesktop.org, Desktop Entry Specification 1.5 and Desktop Application
// Autostart Specification 0.5.
func entryText(p Program, hidden bool) string {
	return strings.Join([]string{
		"[Desktop Entry]",
		"Type=Application",
		"Version=1.4",
		"Name=" + escapeValue(p.Name),
		"TryExec=" + escapeValue(p.Path), // once the program is gone it is not tried
		"Exec=" + escapeValue(execLine(p.command(hidden))),
		"Icon=" + p.ID,
		"Terminal=false",
		"StartupNotify=false",
		"X-GNOME-Autostart-enabled=true",
		"",
	}, "\n")
}

// readEntry reads an autostart entry, ours or one that a desktop has changed.
func readEntry(text string) (State, error) {
	values, here := map[string]string{}, false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			here = line == "[Desktop Entry]"
		}
		if key, value, ok := strings.Cut(line, "="); here && ok && !strings.HasPrefix(line, "#") {
			values[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	command, err := splitExec(unescapeValue(values["Exec"]))
	if err != nil {
		return State{}, err
	}
	s := stateOf(command)
	s.On = s.Path != "" && values["Hidden"] != "true" && values["X-GNOME-Autostart-enabled"] != "false"
	return s, nil
}

// execLine quotes each argument: inside quotes only four characters need a
// backslash, and a percent sign is doubled everywhere.
func execLine(command []string) string {
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`, `%`, `%%`)
	words := make([]string, len(command))
	for i, word := range command {
		if words[i] = word; i == 0 || !isPlain(word) {
			words[i] = `"` + quote.Replace(word) + `"`
		}
	}
	return strings.Join(words, " ")
}

// isPlain reports whether the word means itself without quotes.
func isPlain(word string) bool {
	return word != "" && !strings.ContainsFunc(word, func(r rune) bool {
		return r > '~' || !strings.ContainsRune("-_./:=+,@", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
}

// escapeValue writes a text as a value of the file, in which a backslash begins an
// escape; a line break would end it.
func escapeValue(text string) string {
	return strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(text)
}

func unescapeValue(text string) string {
	return strings.NewReplacer(`\\`, `\`, `\s`, " ", `\n`, "\n", `\r`, "\r", `\t`, "\t").Replace(text)
}

var errExec = errors.New("the command of the entry has a quote that does not end")

// splitExec reads the words of a command. Fields such as %u stand for nothing here.
func splitExec(line string) ([]string, error) {
	var (
		words          []string
		word           strings.Builder
		inside, begun  bool
		escaped, field bool
	)
	for _, r := range line {
		switch {
		case escaped:
			escaped = false
			word.WriteRune(r)
		case field:
			if field = false; r == '%' {
				word.WriteRune(r)
			}
		case r == '%':
			field = true
		case inside && r == '\\':
			escaped = true
		case r == '"':
			inside, begun = !inside, true
		case !inside && (r == ' ' || r == '\t'):
			if begun || word.Len() > 0 {
				words = append(words, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(r)
		}
	}
	if inside || escaped {
		return nil, errExec
	}
	if begun || word.Len() > 0 {
		words = append(words, word.String())
	}
	return words, nil
}
