package testneeds_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"usher/server/internal/testneeds"
)

func TestTmpfs_IsFullWhenItIsFull(t *testing.T) {
	t.Parallel()
	dir := testneeds.Tmpfs(t, "size=64k")
	if err := os.WriteFile(filepath.Join(dir, "f"), make([]byte, 32<<10), 0o600); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "g"), make([]byte, 64<<10), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("beyond its size: %v", err)
	}
}
