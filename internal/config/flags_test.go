package config

import (
	"errors"
	"flag"
	"strings"
	"testing"
)

func TestParseFlags(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want Flags
		says string // part of the error, "" for none
	}{
		"nothing":                    {nil, Flags{Port: -1}, ""},
		"everything":                 {[]string{"--demo", "--headless", "--hidden", "--version", "--data-dir", "/d", "--port", "9"}, Flags{Demo: true, Headless: true, Hidden: true, Version: true, DataDir: "/d", Port: 9}, ""},
		"one dash and equals":        {[]string{"-port=0", "-data-dir=x y"}, Flags{DataDir: "x y"}, ""},
		"the highest port":           {[]string{"--port", "65535"}, Flags{Port: 65535}, ""},
		"a port too high":            {[]string{"--port", "65536"}, Flags{}, "--port must be"},
		"the inner word for no port": {[]string{"--port", "-1"}, Flags{}, "--port must be"},
		"the same with equals":       {[]string{"--port=-1"}, Flags{}, "--port must be"},
		"a port below that":          {[]string{"--port", "-2"}, Flags{}, "--port must be"},
		"a port in words":            {[]string{"--port", "http"}, Flags{}, "not understood"},
		"a port without number":      {[]string{"--port"}, Flags{}, "not understood"},
		"an unknown flag":            {[]string{"--nonsense"}, Flags{}, "not understood"},
		"a word too many":            {[]string{"--demo", "now"}, Flags{}, `"now" is no option`},
		"a switch with a wrong word": {[]string{"--demo=perhaps"}, Flags{}, "not understood"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseFlags(c.args)
			if c.says == "" {
				if err != nil || got != c.want {
					t.Errorf("got %+v, %v; want %+v", got, err, c.want)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.says) || strings.ContainsAny(err.Error(), "\n") {
				t.Errorf("err = %v, want one line with %q", err, c.says)
			}
		})
	}
}

func TestParseFlags_HelpNamesEveryFlag(t *testing.T) {
	for _, word := range []string{"-h", "--help"} {
		if _, err := ParseFlags([]string{word}); !errors.Is(err, flag.ErrHelp) {
			t.Errorf("%s: %v, want %v", word, err, flag.ErrHelp)
		}
	}
	for _, name := range []string{"demo", "headless", "hidden", "data-dir", "port", "version"} {
		if !strings.Contains(Usage, "\n  --"+name+" ") {
			t.Errorf("the help does not explain --%s", name)
		}
	}
}
