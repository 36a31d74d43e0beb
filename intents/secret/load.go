package secret

import (
	"fmt"
	"io/fs"

	"github.com/BurntSushi/toml"
)

// Load reads what announces a secret in every language, `<lang>/secrets.toml`,
// the built-in English first: what [New] takes. Every message is searched for
// the secrets of all languages.
func Load(files fs.FS) ([]Words, error) {
	names, err := fs.Glob(files, "*/secrets.toml")
	if err != nil {
		return nil, fmt.Errorf("secrets: %w", err)
	}
	all := []Words{English()}
	for _, name := range names {
		var w Words
		meta, err := toml.DecodeFS(files, name, &w)
		if err != nil {
			return nil, fmt.Errorf("secrets: %s: %w", name, err)
		}
		for _, key := range meta.Undecoded() {
			return nil, fmt.Errorf("secrets: %s: unknown key %s", name, key)
		}
		all = append(all, w)
	}
	return all, nil
}
