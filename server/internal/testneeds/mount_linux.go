package testneeds

import (
	"os"
	"syscall"
	"testing"
)

// barred ends the test where what it needs is nothing that can be installed: it
// is skipped, even when everything is required.
func barred(t testing.TB, what string) {
	t.Helper()
	t.Skipf("this test needs %s; no package provides that, so it is skipped with USHER_TEST_REQUIRE=1 too", what)
}

// FUSE makes sure that a file system of the test's own can be mounted. A
// machine that has the device is asked to let it be used, by USHER_TEST_REQUIRE.
func FUSE(t testing.TB) {
	t.Helper()
	device, err := syscall.Open("/dev/fuse", syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	switch {
	case err == syscall.ENOENT || err == syscall.ENODEV || err == syscall.ENXIO:
		barred(t, "/dev/fuse, which this machine does not have")
	case err != nil || os.Getuid() != 0:
		missing(t, "root and a /dev/fuse that may be opened")
	}
	_ = syscall.Close(device)
}

// Tmpfs mounts a file system in memory with such options, size=2m say, until
// the test ends, and returns its folder.
func Tmpfs(t testing.TB, options string) string {
	t.Helper()
	dir := t.TempDir()
	switch err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); {
	case err == syscall.EPERM || err == syscall.EACCES:
		barred(t, "the right to mount a file system")
	case err != nil:
		t.Fatalf("mount: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}
