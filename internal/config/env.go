package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/joho/godotenv"

	"oura-streaming/internal/oura"
)

// EnvFile is the file in the data folder that is read beside the environment.
const EnvFile = ".env"

// Environment merges the .env file of the data folder with the process's
// variables ("NAME=value"); the latter win. Only variables of this program are
// kept. A file that cannot be read or understood is an error with a sentence.
func Environment(dataDir string, environ []string) (map[string]string, error) {
	env, err := readEnvFile(filepath.Join(dataDir, EnvFile))
	if err != nil {
		return nil, err
	}
	for _, pair := range environ {
		if name, value, ok := strings.Cut(pair, "="); ok {
			env[name] = value
		}
	}
	for name := range env {
		if !strings.HasPrefix(name, "OURA_") && !strings.HasPrefix(name, "NGROK_") {
			delete(env, name)
		}
	}
	return env, nil
}

// readEnvFile reads one file, which may be absent. Its errors tell the line and
// never what stands there: it may be a secret.
func readEnvFile(path string) (map[string]string, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return map[string]string{}, nil
	} else if err != nil {
		return nil, &oura.Error{Code: oura.CodeInvalid, Err: err,
			Message: fmt.Sprintf("The file %s in the data folder cannot be read. Make it readable for you, or remove it.", EnvFile)}
	}
	text = append(text, '\n') // without it the parser takes anything for the last line
	if env, err := godotenv.UnmarshalBytes(text); err == nil {
		return env, nil
	}
	return nil, invalid("Line %d of the file %s in the data folder cannot be understood. Each line must read NAME=value.", wrongLine(text), EnvFile)
}

// wrongLine returns the number of the line, from 1, that the parser stumbles
// over: that behind the longest part of the text it understands. A value in
// quotes may go over several lines; its first one counts.
func wrongLine(text []byte) int {
	lines := bytes.SplitAfter(text, []byte("\n"))
	for n := len(lines) - 1; n > 0; n-- {
		if _, err := godotenv.UnmarshalBytes(bytes.Join(lines[:n], nil)); err == nil {
			return n + 1
		}
	}
	return 1
}
