package web

import (
	"strings"
	"sync"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/js"
)

// minifier leaves out what only readers of the source need: comments, spaces,
// long local names. That is a third of what a phone would have to load.
var minifier = sync.OnceValue(func() *minify.M {
	m := minify.New()
	m.AddFunc("text/javascript", js.Minify)
	m.AddFunc("text/css", css.Minify)
	return m
})

// shrink makes a module or a style sheet smaller without changing what it does.
// What cannot be parsed is served as it is: it is a page's fault, which the
// tests of the pages find, and no reason to serve nothing.
func shrink(kind string, b []byte) []byte {
	mime, _, _ := strings.Cut(kind, ";")
	if mime != "text/javascript" && mime != "text/css" {
		return b
	}
	small, err := minifier().Bytes(mime, b)
	if err != nil {
		return b
	}
	return small
}
