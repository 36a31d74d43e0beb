package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Beside SQLite's file stands a mark that changes with each start and each stop
// and that the database knows too. A backup knows an older one. The file's own
// identity is not enough: copied over the file a backup keeps it, and when the
// file was removed first the copy often gets the number that has become free.
// Only a copy of this very run, written into the file after a crash, passes for
// the file itself.
const markSuffix = ".mark"

// markedFile is the file's identity with its mark.
func markedFile(file string) (string, error) {
	identity, err := fileIdentity(file)
	if err != nil {
		return "", err
	}
	mark, err := os.ReadFile(file + markSuffix)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("mark of the database: %w", err)
	}
	return identity + " " + string(mark), nil
}

// mark sets a new mark, and returns the place with it. One that was set and not
// stored, because the process was killed in between, costs a needless change of
// the history and nothing else.
func (s *Store) mark(place string) (string, error) {
	if s.file == "" {
		return place, nil
	}
	mark, fresh := rand.Text(), s.file+markSuffix+".new"
	if err := writeSynced(fresh, mark); err != nil {
		return "", fmt.Errorf("mark the database: %w", err)
	}
	if err := os.Rename(fresh, s.file+markSuffix); err != nil {
		return "", fmt.Errorf("mark the database: %w", err)
	}
	if err := syncFolder(filepath.Dir(s.file)); err != nil {
		return "", fmt.Errorf("mark the database: %w", err)
	}
	identity, _, _ := strings.Cut(place, " ")
	return identity + " " + mark, nil
}

// writeSynced writes a file that a power cut does not take, so that the mark is
// never older than the database that knows it.
func writeSynced(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// leave marks the database once more, unless it is no longer the one that was
// opened: then the next start is to notice.
func (s *Store) leave() {
	if s.file == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.remark(ctx); err != nil {
		s.log.WarnContext(ctx, "the database was not marked at the end", "error", err)
	}
}

func (s *Store) remark(ctx context.Context) error {
	tx, err := s.write.BeginTxx(ctx, nil)
	if err != nil {
		return s.wrap("mark", err)
	}
	defer func() { _ = tx.Rollback() }()
	place, err := s.place(ctx)
	if err != nil {
		return err
	}
	var was string
	if err := tx.GetContext(ctx, &was, tx.Rebind(selectMeta), placeKey); err != nil || was != place {
		return s.wrap("mark", err)
	}
	if place, err = s.mark(place); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, tx.Rebind(upsertMeta), placeKey, place); err != nil {
		return s.wrap("mark", err)
	}
	return s.wrap("mark", tx.Commit())
}
