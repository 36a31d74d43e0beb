package locales

import "embed"

// Files is the folder of every language: `<tag>/<file>.toml`.
//
//go:embed */*.toml
var Files embed.FS
