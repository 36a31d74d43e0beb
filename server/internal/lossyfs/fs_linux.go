package lossyfs

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// FS is a mounted file system that forgets.
type FS struct {
	dir    string
	server *fuse.Server

	mu    sync.Mutex
	files map[uint64]*file // by the number of the inode below
	names []rename         // that no fsync covers, oldest first
	fault syscall.Errno
	left  int // changes until after becomes the fault; 0: none will
	after syscall.Errno
	attic int // how many unlinked files were put aside
}

// file is one inode below. It stays open, so that it is found whatever becomes
// of its name, and its number is not given away.
type file struct {
	below  *os.File
	undo   []change // that no fsync covers, oldest first
	synced int      // how many changes are safe
}

// change is a write, or the end of the file moved by a truncate.
type change struct {
	at           int64
	before       []byte // what stood there, as far as the file went
	after        []byte // nil for a truncate
	size, resize int64  // of the file before, and after a truncate
}

// rename is any change of names in one folder.
type rename struct {
	folder string
	undo   func() error
}

// Mount makes the file system, empty, below a folder.
func Mount(dir string) (*FS, error) {
	l := &FS{dir: dir, files: map[uint64]*file{}}
	for _, part := range []string{l.At(), l.Disk(), l.aside("")} {
		if err := os.Mkdir(part, 0o700); err != nil {
			return nil, fmt.Errorf("lossyfs: %w", err)
		}
	}
	return l, l.mount()
}

// At is where it is mounted.
func (l *FS) At() string { return filepath.Join(l.dir, "mount") }

// Disk is the folder below, with everything that was written, synced or not.
func (l *FS) Disk() string { return filepath.Join(l.dir, "disk") }

func (l *FS) aside(name string) string { return filepath.Join(l.dir, "aside", name) }

// mount opens the device itself: the library would hand it to every program
// that is started while the mount lives.
func (l *FS) mount() error {
	device, err := syscall.Open("/dev/fuse", syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("lossyfs: /dev/fuse: %w", err)
	}
	options := fmt.Sprintf("fd=%d,rootmode=40000,user_id=%d,group_id=%d", device, os.Getuid(), os.Getgid())
	if err := syscall.Mount("lossyfs", l.At(), "fuse.lossyfs", syscall.MS_NOSUID|syscall.MS_NODEV, options); err != nil {
		_ = syscall.Close(device)
		return fmt.Errorf("lossyfs: mount: %w", err)
	}
	keep := time.Hour // nothing changes but through the mount
	l.server, err = fs.Mount(fmt.Sprintf("/dev/fd/%d", device), &node{lossy: l}, &fs.Options{
		MountOptions: fuse.MountOptions{DisableXAttrs: true, ExplicitDataCacheControl: true}, EntryTimeout: &keep, AttrTimeout: &keep,
	})
	if err != nil {
		_ = syscall.Unmount(l.At(), syscall.MNT_DETACH)
		return fmt.Errorf("lossyfs: %w", err)
	}
	return nil
}

// unmount waits a little for who still has a file open: a program that is just
// being started has, for a moment, all that its parent has.
func (l *FS) unmount() error {
	err := syscall.Unmount(l.At(), 0)
	for tries := 0; errors.Is(err, syscall.EBUSY) && tries < 500; tries++ {
		time.Sleep(10 * time.Millisecond)
		err = syscall.Unmount(l.At(), 0)
	}
	if err != nil {
		return fmt.Errorf("lossyfs: unmount: %w", err)
	}
	l.server.Wait()
	return nil
}

// Close unmounts and leaves everything as it was written.
func (l *FS) Close() error {
	if err := l.unmount(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.files {
		_ = f.below.Close()
	}
	return nil
}

// Fail makes every change from now on fail with an error; 0 ends it. Memory that
// SQLite's processes share, a file of that name, is spared: what is in memory
// stays there, whatever the disk says.
func (l *FS) Fail(fault syscall.Errno) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fault, l.left = fault, 0
}

// FailAfter does so after n more changes, in the middle of what a program does.
func (l *FS) FailAfter(n int, fault syscall.Errno) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left, l.after = n, fault
}

// Cut cuts the power: the mount goes and comes back with what was synced. Of
// what was not, keep is asked change by change what has reached the disk all
// the same; nil keeps nothing. Whoever used the mount must have been killed. It
// returns how many changes were lost, by the name of the file they were made to.
func (l *FS) Cut(keep func() bool) (lost map[string]int, err error) {
	if err := l.unmount(); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if keep == nil {
		keep = func() bool { return false }
	}
	lost = map[string]int{}
	for _, inode := range slices.Sorted(maps.Keys(l.files)) {
		f := l.files[inode]
		n, e := f.revert(keep)
		lost[filepath.Base(f.below.Name())] += n
		err = errors.Join(err, e, f.below.Close())
	}
	// Names are kept in order: file systems log them.
	for i := len(l.names) - 1; i >= 0 && !keep(); i-- {
		err = errors.Join(err, l.names[i].undo())
		lost[l.names[i].folder]++
	}
	l.files, l.names = map[uint64]*file{}, nil
	if err != nil {
		return lost, fmt.Errorf("lossyfs: cut: %w", err)
	}
	return lost, l.mount()
}

// revert takes everything back, then makes the changes again that are kept.
func (f *file) revert(keep func() bool) (lost int, err error) {
	for _, c := range slices.Backward(f.undo) {
		_, e := f.below.WriteAt(c.before, c.at)
		err = errors.Join(err, e, f.below.Truncate(c.size))
	}
	for _, c := range f.undo {
		switch {
		case !keep():
			lost++
		case c.after == nil:
			err = errors.Join(err, f.below.Truncate(c.resize))
		default:
			_, e := f.below.WriteAt(c.after, c.at)
			err = errors.Join(err, e)
		}
	}
	return lost, err
}
