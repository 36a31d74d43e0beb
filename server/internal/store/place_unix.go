//go:build unix

package store

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// fileIdentity tells a file from its copies: the number of its inode.
func fileIdentity(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("database file: %w", err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "", errors.New("database file has no inode")
	}
	return fmt.Sprintf("inode-%d", st.Ino), nil
}

// syncFolder makes the names in a folder survive a power cut, where the file
// system knows how.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	if err := f.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}
