package lossyfs_test

import (
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"usher/server/internal/lossyfs"
	"usher/server/internal/testneeds"
)

func mount(t *testing.T) *lossyfs.FS {
	t.Helper()
	testneeds.FUSE(t)
	l, err := lossyfs.Mount(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// must ends the test at the first error.
func must(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// open is a descriptor of a file of the mount; an os.File would be polled.
func open(t *testing.T, path string, flags int) int {
	t.Helper()
	fd, err := syscall.Open(path, flags|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		t.Fatalf("open %s: %v", path, err)
	}
	return fd
}

func write(t *testing.T, path string, at int64, data string, sync bool) {
	t.Helper()
	fd := open(t, path, syscall.O_RDWR|syscall.O_CREAT)
	_, err := syscall.Pwrite(fd, []byte(data), at)
	must(t, err)
	if sync {
		must(t, syscall.Fsync(fd))
	}
	must(t, syscall.Close(fd))
}

func syncFolder(t *testing.T, path string) {
	t.Helper()
	fd := open(t, path, syscall.O_RDONLY|syscall.O_DIRECTORY)
	must(t, syscall.Fsync(fd), syscall.Close(fd))
}

// content is every file below a folder.
func content(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		all[name] = string(raw)
		return err
	})
	must(t, err)
	return all
}

// What was synced stays, whatever else happened since; the rest is as if it had
// never been.
func TestCut_KeepsWhatWasSynced(t *testing.T) {
	t.Parallel()
	l := mount(t)
	at := func(name string) string { return filepath.Join(l.At(), name) }
	for _, name := range []string{"overwritten", "lengthened", "cut off", "unlinked", "renamed", "replaced", "synced later"} {
		write(t, at(name), 0, "0123456789", true)
	}
	must(t, syscall.Mkdir(at("folder"), 0o700))
	syncFolder(t, l.At())
	want := content(t, l.Disk())

	write(t, at("overwritten"), 2, "xx", false)
	write(t, at("overwritten"), 1, "yyyy", false)
	write(t, at("lengthened"), 8, "abcdef", false)
	write(t, at("lengthened"), 100, "far", false)
	must(t, syscall.Truncate(at("cut off"), 3), syscall.Truncate(at("cut off"), 20))
	write(t, at("cut off"), 5, "zz", false)
	must(t, syscall.Unlink(at("unlinked")))
	write(t, at("unlinked"), 0, "another of the same name", true)
	must(t, syscall.Rename(at("renamed"), at("replaced")))
	write(t, at("renamed"), 0, "again", true)
	write(t, at("synced later"), 0, "kept", true)
	want["synced later"] = "kept456789"
	write(t, at("synced later"), 4, "lost", false)
	write(t, at("without a name"), 0, "its folder was not synced", true)
	write(t, at("folder/kept"), 0, "kept", true)
	syncFolder(t, at("folder"))
	want["folder/kept"] = "kept"
	write(t, at("folder/lost"), 0, "lost", true)

	lost, err := l.Cut(nil)
	must(t, err)
	if got := content(t, l.Disk()); !maps.Equal(got, want) {
		t.Errorf("after the cut: %q\nwant %q", got, want)
	}
	if lost["overwritten"] != 2 || lost["synced later"] != 1 || lost["folder"] != 1 {
		t.Errorf("lost changes: %v", lost)
	}
	// It goes on where it was, and the page cache has forgotten too.
	var b [10]byte
	fd := open(t, at("overwritten"), syscall.O_RDWR)
	_, err = syscall.Pread(fd, b[:], 0)
	must(t, err, syscall.Close(fd))
	if string(b[:]) != "0123456789" {
		t.Errorf("read %q through the mount", b)
	}
}

// A disk may have kept some of what was not synced, in any order of the writes.
func TestCut_MayKeepSome(t *testing.T) {
	t.Parallel()
	l := mount(t)
	path := filepath.Join(l.At(), "f")
	write(t, path, 0, "....", true)
	syncFolder(t, l.At())
	seen := map[string]bool{}
	random := rand.New(rand.NewPCG(3, 4))
	for range 40 {
		write(t, path, 0, "ab", false)
		write(t, path, 1, "cd", false)
		_, err := l.Cut(func() bool { return random.IntN(2) == 0 })
		must(t, err)
		seen[content(t, l.Disk())["f"]] = true
		write(t, path, 0, "....", true)
	}
	if want := map[string]bool{"....": true, "ab..": true, ".cd.": true, "acd.": true}; !maps.Equal(seen, want) {
		t.Errorf("seen %v, want %v", seen, want)
	}
}

// While it fails, nothing is changed and everything can be read.
func TestFail_RefusesEveryChange(t *testing.T) {
	t.Parallel()
	l := mount(t)
	at := func(name string) string { return filepath.Join(l.At(), name) }
	write(t, at("f"), 0, "before", true)
	fd := open(t, at("f"), syscall.O_RDWR)
	before := content(t, l.Disk())
	l.Fail(syscall.EROFS)
	_, writing := syscall.Pwrite(fd, []byte("during"), 0)
	_, creating := syscall.Open(at("g"), syscall.O_RDWR|syscall.O_CREAT, 0o600)
	for what, err := range map[string]error{
		"write": writing, "create": creating, "fsync": syscall.Fsync(fd), "truncate": syscall.Ftruncate(fd, 1),
		"unlink": syscall.Unlink(at("f")), "rename": syscall.Rename(at("f"), at("g")), "mkdir": syscall.Mkdir(at("d"), 0o700),
	} {
		if err != syscall.EROFS {
			t.Errorf("%s: %v, want %v", what, err, syscall.EROFS)
		}
	}
	if got := content(t, l.Disk()); !maps.Equal(got, before) {
		t.Errorf("changed: %q", got)
	}
	l.Fail(0)
	_, err := syscall.Pwrite(fd, []byte("after"), 0)
	must(t, err, syscall.Close(fd))
	if got := content(t, l.Disk())["f"]; got != "aftere" {
		t.Errorf("afterwards %q", got)
	}
	l.FailAfter(3, syscall.EIO)
	fd = open(t, at("f"), syscall.O_RDWR) // the first change
	for _, want := range []error{nil, nil, syscall.EIO, syscall.EIO} {
		if _, err := syscall.Pwrite(fd, []byte("x"), 0); !errors.Is(err, want) {
			t.Errorf("error %v, want %v", err, want)
		}
	}
	must(t, syscall.Close(fd))
}
