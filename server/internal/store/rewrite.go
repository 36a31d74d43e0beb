package store

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
)

// rewritten is a file system whose files' text goes through a function.
type rewritten struct {
	fs.FS
	rewrite func(string) string
}

// Open opens a file, changed, or a folder, as it is.
func (r rewritten) Open(name string) (fs.File, error) {
	f, err := r.FS.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		return f, err
	}
	defer func() { _ = f.Close() }() // embedded: it cannot fail
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	return changedFile{Reader: bytes.NewReader([]byte(r.rewrite(string(text)))), info: info}, nil
}

type changedFile struct {
	*bytes.Reader
	info fs.FileInfo
}

// Stat is that of the original.
func (f changedFile) Stat() (fs.FileInfo, error) { return f.info, nil }

// Close does nothing.
func (f changedFile) Close() error { return nil }
