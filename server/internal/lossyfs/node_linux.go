package lossyfs

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// node is a file or a folder as the kernel knows it.
type node struct {
	fs.Inode
	lossy *FS
	file  *file // nil for a folder
}

var _ interface {
	fs.NodeLookuper
	fs.NodeReaddirer
	fs.NodeGetattrer
	fs.NodeSetattrer
	fs.NodeOpener
	fs.NodeCreater
	fs.NodeReader
	fs.NodeWriter
	fs.NodeFsyncer
	fs.NodeMkdirer
	fs.NodeUnlinker
	fs.NodeRmdirer
	fs.NodeRenamer
} = (*node)(nil)

func (n *node) folder() string           { return n.Path(n.Root()) }
func (n *node) below(name string) string { return filepath.Join(n.lossy.Disk(), n.folder(), name) }

// change holds the lock for a change, unless all changes fail.
func (n *node) change(f func() error) syscall.Errno {
	n.lossy.mu.Lock()
	defer n.lossy.mu.Unlock()
	l := n.lossy
	if l.fault != 0 {
		return l.fault
	}
	if l.left > 0 {
		if l.left--; l.left == 0 {
			l.fault = l.after
		}
	}
	return fs.ToErrno(f())
}

// always holds the lock for a change that never fails.
func (n *node) always(f func() error) syscall.Errno {
	n.lossy.mu.Lock()
	defer n.lossy.mu.Unlock()
	return fs.ToErrno(f())
}

// child is what stands below under a name. The lock is held.
func (n *node) child(ctx context.Context, name string, out *fuse.EntryOut) (*fs.Inode, error) {
	info, err := os.Lstat(n.below(name))
	if err != nil {
		return nil, err
	}
	st := info.Sys().(*syscall.Stat_t)
	c := &node{lossy: n.lossy}
	if info.Mode().IsRegular() {
		if c.file = n.lossy.files[st.Ino]; c.file == nil {
			below, err := os.OpenFile(n.below(name), os.O_RDWR, 0)
			if err != nil {
				return nil, err
			}
			c.file = &file{below: below}
			n.lossy.files[st.Ino] = c.file
		}
	}
	out.Attr.FromStat(st)
	return n.NewInode(ctx, c, fs.StableAttr{Mode: st.Mode, Ino: st.Ino}), nil
}

// Lookup finds a name.
func (n *node) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	n.lossy.mu.Lock()
	defer n.lossy.mu.Unlock()
	c, err := n.child(ctx, name, out)
	return c, fs.ToErrno(err)
}

// Readdir lists the folder below.
func (n *node) Readdir(context.Context) (fs.DirStream, syscall.Errno) {
	return fs.NewLoopbackDirStream(n.below(""))
}

// Getattr tells of the file below, which may have no name any more.
func (n *node) Getattr(_ context.Context, _ fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	var st syscall.Stat_t
	var err error
	if n.file != nil {
		err = syscall.Fstat(int(n.file.below.Fd()), &st)
	} else {
		err = syscall.Lstat(n.below(""), &st)
	}
	out.FromStat(&st)
	return fs.ToErrno(err)
}

// Setattr cuts a file off or lengthens it, or changes its mode.
func (n *node) Setattr(ctx context.Context, h fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	errno := n.change(func() error {
		if mode, ok := in.GetMode(); ok {
			if err := syscall.Chmod(n.below(""), mode); err != nil {
				return err
			}
		}
		size, ok := in.GetSize()
		if !ok || n.file == nil {
			return nil
		}
		c, err := n.file.remember(int64(size), 1<<30)
		if err != nil {
			return err
		}
		c.resize = int64(size)
		n.file.undo = append(n.file.undo, c)
		return n.file.below.Truncate(int64(size))
	})
	if errno != 0 {
		return errno
	}
	return n.Getattr(ctx, h, out)
}

// remember is a change that is about to be made to some bytes.
func (f *file) remember(at, length int64) (change, error) {
	info, err := f.below.Stat()
	if err != nil {
		return change{}, err
	}
	c := change{at: at, size: info.Size(), before: make([]byte, max(0, min(length, info.Size()-at)))}
	_, err = f.below.ReadAt(c.before, at)
	return c, err
}

// Open opens nothing: the file below is open already.
func (n *node) Open(_ context.Context, flags uint32) (fs.FileHandle, uint32, syscall.Errno) {
	if flags&syscall.O_ACCMODE == syscall.O_RDONLY {
		return nil, fuse.FOPEN_KEEP_CACHE, 0
	}
	return nil, fuse.FOPEN_KEEP_CACHE, n.change(func() error { return nil })
}

// Read reads.
func (n *node) Read(_ context.Context, _ fs.FileHandle, to []byte, at int64) (fuse.ReadResult, syscall.Errno) {
	return fuse.ReadResultFd(n.file.below.Fd(), at, len(to)), 0
}

// Write writes, and remembers what stood there.
func (n *node) Write(_ context.Context, _ fs.FileHandle, data []byte, at int64) (uint32, syscall.Errno) {
	written := 0
	change := n.change
	if strings.HasSuffix(n.file.below.Name(), "-shm") {
		change = n.always
	}
	errno := change(func() error {
		c, err := n.file.remember(at, int64(len(data)))
		if err != nil {
			return err
		}
		c.after = slices.Clone(data)
		n.file.undo = append(n.file.undo, c)
		written, err = n.file.below.WriteAt(data, at)
		return err
	})
	return uint32(written), errno
}

// Fsync makes safe what was changed before it was called.
func (n *node) Fsync(context.Context, fs.FileHandle, uint32) syscall.Errno {
	if n.file == nil {
		return n.change(func() error {
			n.lossy.names = slices.DeleteFunc(n.lossy.names, func(r rename) bool { return r.folder == n.folder() })
			return nil
		})
	}
	f, covers := n.file, 0
	if errno := n.change(func() error { covers = f.synced + len(f.undo); return nil }); errno != 0 {
		return errno
	}
	if err := f.below.Sync(); err != nil {
		return fs.ToErrno(err)
	}
	return n.change(func() error {
		if more := covers - f.synced; more > 0 { // another fsync may have covered it meanwhile
			f.undo, f.synced = f.undo[more:], covers
		}
		return nil
	})
}
