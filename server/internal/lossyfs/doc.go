// Package lossyfs is a file system that forgets, as a disk does whose power is
// cut: whatever was not synced is gone. It passes everything through to a folder
// and writes down how to take each change back until an fsync covers it.
// [FS.Cut] takes back all that is still written down.
//
//   - Written and cut off bytes are safe after an fsync of their file.
//   - A name – created, renamed, unlinked, a new folder – is safe after an fsync
//     of the folder it stands in. That is what POSIX promises, and less than
//     most file systems do.
//   - A cut may lose all of it, or keep some: a disk writes in an order of its
//     own.
//
// [FS.Fail] refuses every change, as a file system does that the kernel has made
// read-only, or a disk that is broken; [FS.FailAfter] from a later change on, so
// that the power can be seen to go in the middle of a commit.
//
// What may enter: more of what disks do to databases. What may not: SQLite, the
// server; only tests import this. It runs on Linux, as root, where there is a
// /dev/fuse; ask testneeds.FUSE first.
//
// # Decisions
//
//  1. Reads and writes go through the page cache, not past it (no direct I/O):
//     the shared memory of a WAL is a file that its readers map. The kernel is
//     told not to drop what it has when a file's times change: pages that could
//     not be written back are to stay in memory, as in any other file system,
//     and were found to be read again as they once had been.
//  2. Nobody in the process that serves the mount may map one of its files, or
//     open it as an [os.File]: the garbage collector waits for a page that this
//     very process is to deliver. Users of the mount are child processes; to
//     look inside, read [FS.Disk].
//  3. An fsync is a real one, of the folder below: it takes as long as it takes,
//     so that a kill often hits a commit in the middle.
//  4. Links, attributes and renames to another folder are refused, so that
//     nothing can be changed that is not written down. Modes and times are not
//     taken back.
package lossyfs
