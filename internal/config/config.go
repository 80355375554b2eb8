package config

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"oura-streaming/internal/oura"
)

// Store keeps settings and sealed secrets.
type Store interface {
	Settings(ctx context.Context) (map[string]string, error)
	PutSettings(ctx context.Context, put map[string]string) error
	Secret(ctx context.Context, name string) ([]byte, bool, error)
	PutSecrets(ctx context.Context, put map[string][]byte) error
}

// Sealer encrypts secrets for the store.
type Sealer interface {
	Seal(name string, plain []byte) ([]byte, error)
	Unseal(name string, sealed []byte) ([]byte, error)
}

// Options are what a Config needs to know beside the store.
type Options struct {
	Env   map[string]string // variables of this run, .env already merged below them
	Hosts Hosts
	Now   func() time.Time // nil: time.Now
}

// Config answers what each setting is right now. It is safe for concurrent use.
type Config struct {
	store Store
	seal  Sealer
	opt   Options

	mu      sync.RWMutex // guards the fields below
	stored  map[string]string
	client  oura.Secret
	former  formerSecret
	ngrok   oura.Secret
	changed []func(Name)
}

// Load reads the stored settings and secrets. A value in the environment that
// breaks its limits is an error: silently using another would surprise.
func Load(ctx context.Context, store Store, seal Sealer, opt Options) (*Config, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	opt.Env = trimmed(opt.Env)
	c := &Config{store: store, seal: seal, opt: opt}
	for _, f := range fields {
		if v, ok := opt.Env[f.Env]; ok && v != "" && f.Env != "" {
			if err := f.check(v, opt.Hosts); err != nil {
				return nil, invalid("%s (from the environment variable %s)", oura.MessageOf(err), f.Env)
			}
		}
	}
	if isOddToken(opt.Env[envNgrokToken]) {
		return nil, invalid("The environment variable %s holds no ngrok authtoken, which is one word. Put only the token from dashboard.ngrok.com there, without the command around it.", envNgrokToken)
	}
	return c, c.Reload(ctx)
}

// trimmed returns env without the white space around settings and the ngrok
// authtoken, as Set takes it off: a variable of blanks is none.
func trimmed(env map[string]string) map[string]string {
	out := maps.Clone(env)
	for _, name := range append(environmentNames(), envNgrokToken) {
		if v, ok := out[name]; ok {
			out[name] = strings.TrimSpace(v)
		}
	}
	return out
}

func (f Field) check(v string, h Hosts) error {
	if f.Check == nil {
		return nil
	}
	return f.Check(v, h)
}

// Reload reads everything again; needed once secrets can be unsealed. An error
// of code secrets_locked leaves the plain settings usable.
func (c *Config) Reload(ctx context.Context) error {
	rows, err := c.store.Settings(ctx)
	if err != nil {
		return err
	}
	stored := make(map[string]string, len(rows))
	for name, text := range rows {
		var value string
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			return fmt.Errorf("setting %s: %w", name, err)
		}
		stored[name] = value
	}
	c.mu.Lock()
	c.stored = stored
	c.mu.Unlock()
	return c.loadSecrets(ctx)
}

// Get returns the value in force.
func (c *Config) Get(n Name) string {
	f := field(n)
	if v := c.opt.Env[f.Env]; f.Env != "" && v != "" {
		return v
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	if v, ok := c.stored[string(n)]; ok {
		return v
	}
	return f.Default
}

// FromEnvironment reports whether the environment decides n in this run.
func (c *Config) FromEnvironment(n Name) bool {
	f := field(n)
	return f.Env != "" && c.opt.Env[f.Env] != ""
}

// Set stores a new value, "" for the default. Code: invalid, storage.
func (c *Config) Set(ctx context.Context, n Name, value string) error {
	return c.SetAll(ctx, map[Name]string{n: value})
}

// SetAll stores several values, all or none, before anybody is told of them.
// Codes as Set.
func (c *Config) SetAll(ctx context.Context, values map[Name]string) error {
	put := map[string]string{}
	for n, value := range values {
		if err := c.Check(n, value); err != nil {
			return err
		}
		text, err := encode(strings.TrimSpace(value))
		if err != nil {
			return err
		}
		put[string(n)] = text
	}
	if err := c.store.PutSettings(ctx, put); err != nil {
		return err
	}
	for n, value := range values {
		c.keep(n, strings.TrimSpace(value))
	}
	for _, n := range slices.Sorted(maps.Keys(values)) {
		c.announce(n)
	}
	return nil
}

// Check returns why Set would refuse the value. Code: invalid.
func (c *Config) Check(n Name, value string) error {
	f, value := field(n), strings.TrimSpace(value)
	if !utf8.ValidString(value) { // the store keeps JSON: it would come back as another one
		return invalid("This holds bytes that are no text (UTF-8), so it cannot be kept. Write it anew, or choose another name.")
	}
	if value != "" {
		if err := f.check(value, c.opt.Hosts); err != nil {
			return err
		}
	}
	if c.FromEnvironment(n) {
		return invalid("This is set by the environment variable %s for this run. Change it there, or start the program without it.", f.Env)
	}
	return nil
}

// encode writes a value as the store keeps it: JSON, or "" to delete the row.
func encode(value string) (string, error) {
	if value == "" {
		return "", nil
	}
	text, err := json.Marshal(value)
	return string(text), err
}

func (c *Config) keep(n Name, value string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stored = maps.Clone(c.stored)
	if c.stored == nil {
		c.stored = map[string]string{}
	}
	if value == "" {
		delete(c.stored, string(n))
		return
	}
	c.stored[string(n)] = value
}

// OnChange calls f after each change with the name of what changed. Register
// before the parts start; f must not block.
func (c *Config) OnChange(f func(Name)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changed = append(c.changed, f)
}

func (c *Config) announce(n Name) {
	c.mu.RLock()
	listeners := c.changed
	c.mu.RUnlock()
	for _, f := range listeners {
		f(n)
	}
}

// Port returns a port setting as a number, 0 for any free port.
func (c *Config) Port(n Name) int {
	port, _ := strconv.Atoi(c.Get(n)) // checked when it came in
	return port
}

// Bool returns an on/off setting.
func (c *Config) Bool(n Name) bool { return c.Get(n) == "on" }

// Types returns the data types whose webhooks are wanted.
func (c *Config) Types() []oura.DataType { return split(c.Get(WebhookTypes)) }

// Hosts returns the addresses of Oura's cloud.
func (c *Config) Hosts() Hosts { return c.opt.Hosts }
