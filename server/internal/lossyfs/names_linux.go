package lossyfs

import (
	"context"
	"fmt"
	"os"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// renamed remembers how a change of a name in this folder is taken back.
func (n *node) renamed(undo func() error) {
	n.lossy.names = append(n.lossy.names, rename{n.folder(), undo})
}

// Create makes a file.
func (n *node) Create(ctx context.Context, name string, _, mode uint32, out *fuse.EntryOut) (c *fs.Inode, h fs.FileHandle, flags uint32, errno syscall.Errno) {
	errno = n.change(func() error {
		path := n.below(name)
		made, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, os.FileMode(mode))
		if err != nil {
			return err
		}
		_ = made.Close()
		n.renamed(func() error { return os.Remove(path) })
		c, err = n.child(ctx, name, out)
		return err
	})
	return c, nil, fuse.FOPEN_KEEP_CACHE, errno
}

// Mkdir makes a folder.
func (n *node) Mkdir(ctx context.Context, name string, mode uint32, out *fuse.EntryOut) (c *fs.Inode, errno syscall.Errno) {
	errno = n.change(func() error {
		path := n.below(name)
		if err := os.Mkdir(path, os.FileMode(mode)); err != nil {
			return err
		}
		n.renamed(func() error { return os.RemoveAll(path) })
		var err error
		c, err = n.child(ctx, name, out)
		return err
	})
	return c, errno
}

// Unlink puts the file aside, as it may have to come back.
func (n *node) Unlink(_ context.Context, name string) syscall.Errno {
	return n.change(func() error { return n.put(name) })
}

// Rmdir does the same for a folder, which the kernel has found empty.
func (n *node) Rmdir(_ context.Context, name string) syscall.Errno {
	return n.change(func() error {
		if rest, err := os.ReadDir(n.below(name)); err != nil || len(rest) > 0 {
			return syscall.ENOTEMPTY
		}
		return n.put(name)
	})
}

func (n *node) put(name string) error {
	n.lossy.attic++
	from, aside := n.below(name), n.lossy.aside(fmt.Sprint(n.lossy.attic))
	if err := os.Rename(from, aside); err != nil {
		return err
	}
	n.renamed(func() error { return os.Rename(aside, from) })
	return nil
}

// Rename gives a file another name in the same folder. Folders keep theirs.
func (n *node) Rename(_ context.Context, name string, folder fs.InodeEmbedder, other string, flags uint32) syscall.Errno {
	if flags != 0 || folder.EmbeddedInode() != n.EmbeddedInode() {
		return syscall.EXDEV
	}
	return n.change(func() error {
		from, to := n.below(name), n.below(other)
		if info, err := os.Lstat(from); err != nil || info.IsDir() {
			return syscall.EXDEV
		}
		if _, err := os.Lstat(to); err == nil {
			if err := n.put(other); err != nil {
				return err
			}
		}
		if err := os.Rename(from, to); err != nil {
			return err
		}
		n.renamed(func() error { return os.Rename(to, from) })
		return nil
	})
}
