package config

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/joho/godotenv"
)

// EnvFile is the file in the data folder that is read beside the environment.
const EnvFile = ".env"

// Environment merges the .env file of the data folder with the process's
// variables ("NAME=value"); the latter win. Only variables of this program are
// kept. A file that cannot be read or understood is an error with a sentence.
func Environment(dataDir string, environ []string) (map[string]string, error) {
	env, err := godotenv.Read(filepath.Join(dataDir, EnvFile))
	if errors.Is(err, fs.ErrNotExist) {
		env = map[string]string{}
	} else if err != nil {
		// godotenv quotes the line it stumbled over, which may hold a secret.
		return nil, invalid("The file %s in the data folder cannot be understood. Each line must read NAME=value.", EnvFile)
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
