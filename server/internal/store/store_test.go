package store_test

import (
	"testing"

	"go.uber.org/goleak"

	"usher/server/internal/store"
	"usher/server/internal/store/storetest"
)

func TestMain(m *testing.M) {
	// scs.New comes with a store in memory that sweeps until the process ends.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/alexedwards/scs/v2/memstore.(*MemStore).startCleanup"))
}

func TestStore_SQLite(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) store.Options { return store.Options{DataDir: t.TempDir()} })
}
