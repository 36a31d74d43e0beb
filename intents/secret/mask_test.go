package secret

import (
	"bufio"
	"crypto/sha256"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tyler-smith/go-bip39/wordlists"
	"pgregory.net/rapid"
)

// lines reads a file of one entry a line; "#" begins a comment.
func lines(t testing.TB, name string) []string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []string
	for s := bufio.NewScanner(f); s.Scan(); {
		if l := strings.TrimSpace(s.Text()); l != "" && !strings.HasPrefix(l, "# ") {
			out = append(out, strings.ReplaceAll(l, `\n`, "\n"))
		}
	}
	return out
}

// Ordinary messages pass untouched.
func TestMask_OrdinaryMessages(t *testing.T) {
	t.Parallel()
	m := New()
	all := lines(t, "testdata/ordinary.txt")
	if len(all) < 200 {
		t.Fatalf("%d messages, want 200 or more", len(all))
	}
	for _, text := range all {
		checkOrdinary(t, m, text)
	}
}

func checkOrdinary(t *testing.T, m *Masker, text string) {
	t.Helper()
	if got, kinds := m.Mask(text, Context{}); got != text || kinds != nil {
		t.Errorf("%q became %q %v", text, got, kinds)
	}
}

// Each line of secrets.txt is a kind, the secret, and a message with "@@" in
// its place, between bars.
func TestMask_Secrets(t *testing.T) {
	t.Parallel()
	m := New()
	all := lines(t, "testdata/secrets.txt")
	if len(all) < 150 {
		t.Fatalf("%d secrets, want 150 or more", len(all))
	}
	for _, line := range all {
		checkSecret(t, m, line)
	}
}

func checkSecret(t *testing.T, m *Masker, line string) {
	t.Helper()
	part := strings.SplitN(line, "|", 3)
	kind, raw := Kind(part[0]), part[1]
	text := strings.ReplaceAll(part[2], "@@", raw)
	got, kinds := m.Mask(text, Context{})
	if strings.Contains(got, raw) || !strings.Contains(got, mark) {
		t.Errorf("%s: %q became %q", kind, text, got)
	}
	if !slices.Contains(kinds, kind) {
		t.Errorf("%q: %v, want %s", text, kinds, kind)
	}
	rest := strings.SplitN(part[2], "@@", 2)
	// words like "phrase" or "only" may be part of a phrase themselves
	if kind != SeedPhrase && kind != PrivateKey && !strings.HasPrefix(got, strings.TrimRight(rest[0], "G- \"")) {
		t.Errorf("%q lost what stood before: %q", text, got)
	}
}

func TestMask_ShowsWhatItKeeps(t *testing.T) {
	t.Parallel()
	m := New()
	for _, c := range []struct {
		text, want string
		kinds      []Kind
	}{
		{"my pin is 4821", "my pin is ••••", []Kind{Password}},
		{"card 4111 1111 1111 1111 exp 12/28", "card ••••1111 exp 12/28", []Kind{CardNumber}},
		{"４１１１－１１１１－１１１１－１１１１", "••••1111", []Kind{CardNumber}},
		{"4111\u200b1111\u200b1111\u200b1111", "••••1111", []Kind{CardNumber}},
		{"٤١١١ ١١١١ ١١١١ ١١١١", "••••1111", []Kind{CardNumber}},
		{"passport AB1234567, born 1990-02-03", "passport ••••4567, born 1990-02-03", []Kind{IDNumber}},
		{"11010519491231002X", "••••002X", []Kind{IDNumber}},
		{"123456", "••••", []Kind{OneTimeCode}},
		{"ana@mail.com:Hunter22 code 123456", "ana@mail.com:•••• code ••••", []Kind{Password, OneTimeCode}},
		{"my password is “correct horse”, thanks", "my password is “••••”, thanks", []Kind{Password}},
		{"nothing here", "nothing here", nil},
		{"", "", nil},
		{"\xff\xfe my pin is 4821 \xff", "\xff\xfe my pin is •••• \xff", []Kind{Password}},
	} {
		got, kinds := m.Mask(c.text, Context{})
		if got != c.want || !reflect.DeepEqual(kinds, c.kinds) {
			t.Errorf("%q: %q %v, want %q %v", c.text, got, kinds, c.want, c.kinds)
		}
	}
}

func TestMask_SixDigitsAreATimeWhenOneWasAsked(t *testing.T) {
	t.Parallel()
	if got, kinds := New().Mask("091022", Context{AskedTime: true}); got != "091022" || kinds != nil {
		t.Errorf("%q %v", got, kinds)
	}
}

func TestNew_OtherLanguages(t *testing.T) {
	t.Parallel()
	m := New(
		Words{Password: []string{"密码"}, Is: []string{"是", "为"}, Code: []string{"验证码"}},
		Words{Password: []string{"비밀번호"}, Is: []string{"는", "은"}},
		Words{Password: []string{"contraseña", "clave"}, Is: []string{"es"}, Fill: []string{"mi"}, Ordinary: []string{"incorrecta"}},
		Words{Password: []string{"пароль"}, Code: []string{"код"}},
	)
	for _, c := range [][2]string{
		{"我的密码是abc123", "我的密码是••••"},
		{"验证码123456", "验证码••••"},
		{"验证码是 １２３４５６。", "验证码是 ••••。"},
		{"비밀번호는 hunter22 입니다", "비밀번호는 •••• 입니다"},
		{"mi contraseña es Gato2020", "mi contraseña es ••••"},
		{"mi contraseña es incorrecta", "mi contraseña es incorrecta"},
		{"пароль: Кошка77", "пароль: ••••"},
		{"код 482913", "код ••••"},
	} {
		if got, _ := m.Mask(c[0], Context{}); got != c[1] {
			t.Errorf("%q: %q, want %q", c[0], got, c[1])
		}
	}
}

// Every valid phrase is caught, whatever the words and what stands between.
func TestMask_EveryValidPhrase(t *testing.T) {
	t.Parallel()
	m := New()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{16, 20, 24, 28, 32}).Draw(t, "entropy")
		words := phrase(rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, "bytes"))
		raw := strings.Join(words, rapid.SampledFrom([]string{" ", ", ", ",", "\n", "  ", " | ", "\t", ". ", ";"}).Draw(t, "between"))
		if rapid.Bool().Draw(t, "upper") {
			raw = strings.ToUpper(raw)
		}
		text := rapid.SampledFrom([]string{"", "hi: ", "please help me, ", "1) "}).Draw(t, "before") + raw + rapid.SampledFrom([]string{"", ".", " thanks", "\nis it right?"}).Draw(t, "after")
		got, kinds := m.Mask(text, Context{})
		if strings.Contains(got, raw) || !slices.Contains(kinds, SeedPhrase) {
			t.Fatalf("%q became %q", text, got)
		}
	})
}

// phrase encodes entropy as BIP-39 does.
func phrase(entropy []byte) []string {
	sum := sha256.Sum256(entropy)
	bits := append(slices.Clone(entropy), sum[0])
	words := make([]string, len(entropy)*33/44)
	for i := range words {
		index := 0
		for b := i * 11; b < i*11+11; b++ {
			index = index<<1 | int(bits[b/8]>>(7-b%8)&1)
		}
		words[i] = wordlists.English[index]
	}
	return words
}

// pieces are strung together at random, so that finds meet and overlap.
func pieces(t testing.TB) []string {
	all := []string{
		" ", "", "\n", ",", ":", "••••", "••••1111", "1", "12", "1234", "4111", "password", "is", "code", "my", "pin=",
		"G-123456", "2026-11-22", "09:10", "ana@mail.com", "legal", "winner", "abandon", "\xff", "\u200b", "４", "密码", "e2e", "-----begin rsa private key-----",
	}
	for _, l := range lines(t, "testdata/secrets.txt") {
		all = append(all, strings.SplitN(l, "|", 3)[1])
	}
	return all
}

func TestMask_IsIdempotent(t *testing.T) {
	t.Parallel()
	m, from := New(), pieces(t)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(from), 0, 10).Draw(t, "pieces"), rapid.SampledFrom([]string{"", " ", "-", ", "}).Draw(t, "glue"))
		once, kinds := m.Mask(text, Context{})
		twice, more := m.Mask(once, Context{})
		if twice != once || more != nil {
			t.Fatalf("%q\nbecame %q %v\n then  %q %v", text, once, kinds, twice, more)
		}
		if utf8.ValidString(text) && !utf8.ValidString(once) {
			t.Fatalf("%q became %q", text, once)
		}
		if (kinds == nil) != (once == text) {
			t.Fatalf("%q: %v, %q", text, kinds, once)
		}
	})
}

func FuzzMask(f *testing.F) {
	m := everyLanguage(f)
	for _, lang := range tested(f) {
		for _, l := range lines(f, "testdata/secrets"+lang+".txt") {
			part := strings.SplitN(l, "|", 3)
			f.Add(strings.ReplaceAll(part[2], "@@", part[1]))
		}
		for _, l := range lines(f, "testdata/ordinary"+lang+".txt") {
			f.Add(l)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		once, _ := m.Mask(text, Context{})
		if twice, kinds := m.Mask(once, Context{}); twice != once || kinds != nil {
			t.Fatalf("%q became %q, then %q", text, once, twice)
		}
		if utf8.ValidString(text) && !utf8.ValidString(once) {
			t.Fatalf("%q became %q", text, once)
		}
	})
}

var masked string // keeps the compiler from dropping the work

func BenchmarkMask(b *testing.B) {
	m := New()
	long := func(piece string) string { return strings.Repeat(piece, 4000/utf8.RuneCountInString(piece)) }
	for name, text := range map[string]string{
		"plain":         "hello, my verification is stuck and I would like somebody to have a look please",
		"password":      "my password is hunter22, please cancel",
		"4000_prose":    long("my kyc is stuck, please help me with this. "),
		"4000_digits":   long("9"),
		"4000_groups":   long("99 "),
		"4000_dates":    long("2026-11-22 "),
		"4000_password": long("password is "),
		"4000_code":     long("code "),
		"4000_mail":     long("a@b.co:"),
		"4000_at":       long("@"),
		"4000_words":    long("abandon "),
		"4000_pem":      long("-----begin private key"),
		"4000_han":      long("密码"),
		"4000_hex":      long("ab12 "),
		"4000_iban":     long("GB82"),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				masked, _ = m.Mask(text, Context{})
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		New()
	}
}

// All secrets of a text are found in one look; a look for each would make a
// long message slow.
func TestFind_AllAtOnce(t *testing.T) {
	t.Parallel()
	m := New()
	text := strings.Repeat("code is 123456, card 4111111111111111; ", 50)
	if got := m.find(view(text), Context{}); len(got) != 100 {
		t.Errorf("%d finds, want 100", len(got))
	}
}
