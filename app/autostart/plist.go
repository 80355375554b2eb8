package autostart

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// agentText is the launch agent that starts p. Source: man 5 launchd.plist.
func agentText(p Program, hidden bool) string {
	var b strings.Builder
	b.WriteString(xml.Header)
	b.WriteString(`<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">` + "\n")
	b.WriteString("<plist version=\"1.0\">\n<dict>\n\t<key>Label</key>\n\t<string>" + escapeXML(p.ID) + "</string>\n")
	b.WriteString("\t<key>ProgramArguments</key>\n\t<array>\n")
	for _, word := range p.command(hidden) {
		b.WriteString("\t\t<string>" + escapeXML(word) + "</string>\n")
	}
	b.WriteString("\t</array>\n\t<key>RunAtLoad</key>\n\t<true/>\n\t<key>ProcessType</key>\n\t<string>Interactive</string>\n</dict>\n</plist>\n")
	return b.String()
}

func escapeXML(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}

// readAgent reads a launch agent: of its dictionary what begins it and when.
func readAgent(text string) (State, error) {
	d := xml.NewDecoder(strings.NewReader(text))
	var (
		key              string
		depth            int // of dictionaries
		command          []string
		atLoad, disabled bool
	)
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			s := stateOf(command)
			s.On = s.Path != "" && atLoad && !disabled
			return s, nil
		} else if err != nil {
			return State{}, err
		}
		if end, ok := token.(xml.EndElement); ok && end.Name.Local == "dict" {
			depth--
		}
		begin, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch name := begin.Name.Local; {
		case name == "dict":
			depth++
		case name == "key" || name == "string":
			var value string
			if err := d.DecodeElement(&value, &begin); err != nil {
				return State{}, err
			}
			if name == "key" {
				key = value
			} else if depth == 1 && key == "ProgramArguments" {
				command = append(command, value)
			}
		case name == "true" && depth == 1:
			atLoad = atLoad || key == "RunAtLoad"
			disabled = disabled || key == "Disabled"
		}
	}
}
