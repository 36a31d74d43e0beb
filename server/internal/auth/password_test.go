package auth_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"usher/server/internal/auth"
)

// cheap is a cost for tests: real work, but little of it.
func cheap() auth.Cost { return auth.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1, AtOnce: 4} }

func TestPasswords(t *testing.T) {
	t.Parallel()
	p := auth.NewPasswords(cheap())
	hash, err := p.Hash(t.Context(), "Ünsere Lösung 42")
	if err != nil {
		t.Fatal(err)
	}
	again, _ := p.Hash(t.Context(), "Ünsere Lösung 42")
	if hash == again || !strings.HasPrefix(hash, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("hashes %s and %s", hash, again)
	}
	for _, tc := range []struct {
		name, password, hash string
		want                 bool
	}{
		{"right", "Ünsere Lösung 42", hash, true},
		{"right, as another keyboard composes it", "U\u0308nsere Lo\u0308sung 42", hash, true},
		{"wrong", "unsere losung 42", hash, false},
		{"a space more", "Ünsere Lösung 42 ", hash, false},
		{"empty", "", hash, false},
		{"too long", strings.Repeat("x", 1<<20), hash, false},
		{"unknown account", "Ünsere Lösung 42", "", false},
		{"unknown account, empty", "", "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got, err := p.Check(t.Context(), tc.password, tc.hash); err != nil || got != tc.want {
				t.Errorf("got %v, %v; want %v", got, err, tc.want)
			}
		})
	}
	for _, broken := range []string{
		"x", "$argon2id$", "$argon2id$v=19$m=64,t=0,p=1$AAAA$AAAA", "$argon2id$v=19$m=64,t=1,p=0$AAAA$AAAA",
		"$argon2id$v=19$m=4294967295,t=1,p=1$AAAA$AAAA", "$argon2i$v=19$m=64,t=1,p=1$AAAA$AAAA", "$2a$10$abcdefghijklmnopqrstuv",
	} {
		if got, err := p.Check(t.Context(), "x", broken); got || !errors.Is(err, auth.ErrPasswordHash) {
			t.Errorf("%s: %v, %v", broken, got, err)
		}
	}
}

func TestDefaultCost(t *testing.T) {
	t.Parallel()
	if got, want := auth.DefaultCost(), (auth.Cost{MemoryKiB: 65536, Passes: 3, Lanes: 1, AtOnce: 4}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	hash, err := auth.NewPasswords(auth.DefaultCost()).Hash(t.Context(), "x")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=65536,t=3,p=1$") {
		t.Errorf("%s, %v", hash, err)
	}
}

func TestPasswords_GiveUpWithTheContext(t *testing.T) {
	t.Parallel()
	p := auth.NewPasswords(cheap())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Hash(ctx, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("Hash: %v", err)
	}
	if got, err := p.Check(ctx, "x", ""); got || !errors.Is(err, context.Canceled) {
		t.Errorf("Check: %v, %v", got, err)
	}
	var all sync.WaitGroup // every slot is given back: more calls than slots all finish
	for range 20 {
		all.Go(func() {
			if _, err := p.Check(t.Context(), "x", ""); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestAcceptable(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		password string
		want     error
	}{
		{"tangerine-lamp-64", nil},
		{"correct horse battery stable", nil},
		{"Sie wohnten gern am Deich", nil},
		{"密码管理器比人记得好得多", nil},
		{"xkq7vb2m9trw", nil},
		{"marta likes old bicycles", nil},
		{strings.Repeat("xkq7vb2m9t", 12) + "lamppost", nil},
		{"", auth.ErrPasswordShort},
		{"xkq7vb2m9tr", auth.ErrPasswordShort},
		{"密码管理器比人记得好多", auth.ErrPasswordShort},
		{strings.Repeat("xkq7vb2m9t", 12) + "lampposts", auth.ErrPasswordLong},
		{"marta.gomez@example.com", auth.ErrPasswordOwn},
		{"Marta.Gomez1", auth.ErrPasswordOwn},
		{"MartaG0mez2026", auth.ErrPasswordOwn},
		{"gomezmarta!!!", auth.ErrPasswordOwn},
		{"exampleexample", auth.ErrPasswordOwn},
		{"password1234", auth.ErrPasswordCommon},
		{"P@ssw0rd1234", auth.ErrPasswordCommon},
		{"Password2026!", auth.ErrPasswordCommon},
		{"passwordpassword", auth.ErrPasswordCommon},
		{"qwertyuiop12", auth.ErrPasswordCommon},
		{"qwertyuiopasdfghjkl", auth.ErrPasswordCommon},
		{"1qaz2wsx3edc", auth.ErrPasswordCommon},
		{"123456789012", auth.ErrPasswordCommon},
		{"1234567890123", auth.ErrPasswordCommon},
		{"098765432109", auth.ErrPasswordCommon},
		{"iloveyouforever", auth.ErrPasswordCommon},
		{"administrator1", auth.ErrPasswordCommon},
		{"welcome12345", auth.ErrPasswordCommon},
		{"Letmein2026!", auth.ErrPasswordCommon},
		{"UsherAdmin2026", auth.ErrPasswordCommon},
		{"correcthorsebatterystaple", auth.ErrPasswordCommon},
		{"aaaaaaaaaaaa", auth.ErrPasswordCommon},
		{"abcabcabcabc", auth.ErrPasswordCommon},
		{"xk7qxk7qxk7qxk7q", auth.ErrPasswordCommon},
		{"xk7qbvxk7qbvxk", auth.ErrPasswordCommon},
		{"            ", auth.ErrPasswordCommon},
	} {
		t.Run(tc.password, func(t *testing.T) {
			t.Parallel()
			if got := auth.Acceptable(tc.password, "marta.gomez@example.com", "Marta Gomez"); !errors.Is(got, tc.want) || (got == nil) != (tc.want == nil) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}
