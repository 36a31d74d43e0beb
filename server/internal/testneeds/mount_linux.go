package testneeds

import (
	"errors"
	"syscall"
	"testing"
)

// FUSE makes sure that a file system of the test's own can be mounted. Required
// is what a machine can be made to have: one that may mount and has the device
// is to let it be used.
func FUSE(t testing.TB) {
	t.Helper()
	mayMount(t)
	device, err := syscall.Open("/dev/fuse", syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	switch {
	case errors.Is(err, syscall.ENOENT), errors.Is(err, syscall.ENODEV), errors.Is(err, syscall.ENXIO):
		barred(t, "/dev/fuse, which this machine does not have")
	case err != nil:
		missing(t, "a /dev/fuse that may be opened")
	}
	_ = syscall.Close(device)
}

// Tmpfs mounts a file system in memory with such options, size=2m say, until
// the test ends, and returns its folder.
func Tmpfs(t testing.TB, options string) string {
	t.Helper()
	mayMount(t)
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Fatalf("mount: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// mayMount tries.
func mayMount(t testing.TB) {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=4k"); err != nil {
		barred(t, "to mount a file system, which only root may, and not in every container")
	}
	_ = syscall.Unmount(dir, syscall.MNT_DETACH)
}
