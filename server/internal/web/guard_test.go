package web_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"usher/server/internal/testbrowser"
)

const phrase = "keep calm margin metal lyrics useful winner model ridge solar cannon tiny"

func TestGuard_ASecretIsWarnedAboutBeforeItIsSent(t *testing.T) {
	t.Parallel()
	s, b := newSite(t), testbrowser.New(t, 390, 700)
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelectorAll('.msg').length === 1`)
	b.Write("my words are " + phrase)
	b.Until(`!document.querySelector('.guard').hidden && document.querySelector('.guard [role=alert]').textContent.includes('recovery phrase') && document.activeElement.matches('.guard .primary')`)
	b.Fits("the warning")
	b.Shot("widget-secret")
	if testbrowser.Eval[bool](b, `Object.values(sessionStorage).concat(Object.values(localStorage)).some((v) => v.includes('margin'))`) {
		t.Error("the browser keeps the phrase as a draft")
	}
	if got := len(s.chat.kind("message.send")); got != 0 {
		t.Fatalf("%d messages were sent", got)
	}
	b.Do(chromedp.Click(chromedp.CSS(".guard .primary")))
	b.Until(`document.querySelector('.guard').hidden && document.getElementById('text').value === '' && document.activeElement.id === 'text'`)
	// Who knows better may send it: the server looks at it all the same.
	b.Write("password: 2345678")
	b.Until(`!document.querySelector('.guard').hidden`)
	b.Do(chromedp.Click(chromedp.CSS(".guard .text")))
	b.Until(`document.querySelectorAll('.msg.user').length === 1 && document.querySelector('.guard').hidden`)
}

// The warning is worth reading only while it is rare: none of the messages that
// must pass the server's own search untouched and of the lines that people are
// known to write, one in five thousand may raise it.
func TestGuard_OrdinaryMessagesRaiseNoWarning(t *testing.T) {
	t.Parallel()
	ordinary := lines(t, "../../../intents/secret/testdata/ordinary.txt")
	unseen, strangers := must(filepath.Glob("../../../intents/testdata/*.tsv"))(t), must(filepath.Glob("../../../locales/*/calibration.tsv"))(t)
	for _, file := range append(unseen, strangers...) {
		for _, line := range lines(t, file) {
			ordinary = append(ordinary, line[strings.LastIndex(line, "\t")+1:])
		}
	}
	if len(ordinary) < 5000 {
		t.Fatalf("only %d messages", len(ordinary))
	}
	s, b := newSite(t), testbrowser.New(t, 390, 700)
	b.Open(s.URL + "/widget/")
	b.Until(`document.querySelectorAll('.msg').length === 1`)
	if wrong := flagged(b, ordinary); len(wrong)*5000 > len(ordinary) {
		t.Errorf("%d of %d warned about: %q", len(wrong), len(ordinary), wrong[:min(5, len(wrong))])
	}
	var phrases []string
	for _, line := range lines(t, "../../../intents/secret/testdata/secrets.txt") {
		if part := strings.SplitN(line, "|", 3); part[0] == "seed_phrase" {
			phrases = append(phrases, strings.ReplaceAll(strings.Replace(part[2], "@@", part[1], 1), `\n`, "\n"))
		}
	}
	if got := len(flagged(b, phrases)); got*5 < len(phrases)*4 {
		t.Errorf("%d of %d recovery phrases raise the warning, want four of five", got, len(phrases))
	}
	secrets := []string{
		"password: Tr0ub4dor&3", "PASSWORD IS tiger123", "pwd=P@ssw0rd", "2fa: 123456", "my sms code is 123 456", "4539 0456 5472 3456",
		"4111 1111 1111 1111", "my key " + strings.Repeat("a1B2", 16), "0x" + strings.Repeat("4c0883a6", 8), "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
	}
	if got := flagged(b, secrets); len(got) != len(secrets)-1 { // the first card number has a wrong check digit
		t.Errorf("warned about %q only", got)
	}
}

// Scripts that part words by nothing, or put particles at their ends, name
// secrets all the same.
func TestGuard_KnowsSecretsInOtherScripts(t *testing.T) {
	t.Parallel()
	for lang, c := range map[string]struct{ secrets, plain []string }{
		"zh": {[]string{"这是我的验证码:123456", "验证码是 123456", "我的密码是hunter2", "登录密码：Tr0ub4dor"}, []string{"我忘记密码了", "验证码收不到", "密码是不是要改？"}},
		"ja": {[]string{"パスワードはhunter2です", "認証コードは123456"}, []string{"パスワードは2回変更しました", "認証コードが届きません"}},
		"ko": {[]string{"비밀번호는 Abcd1234!", "인증번호는 123456이에요"}, []string{"비밀번호는 3번 바꿨어요", "인증번호가 안 와요"}},
	} {
		s, b := newSite(t), testbrowser.New(t, 390, 700)
		s.chat.locale = lang
		b.Open(s.URL + "/widget/")
		b.Until(`document.documentElement.lang === '` + lang + `' && document.querySelectorAll('.msg').length === 1`)
		if got := flagged(b, c.secrets); len(got) != len(c.secrets) {
			t.Errorf("warned about %q only", got)
		}
		if got := flagged(b, c.plain); len(got) != 0 {
			t.Errorf("warned about %q", got)
		}
	}
}

// flagged are those of the texts that the widget would warn about.
func flagged(b *testbrowser.Tab, texts []string) []string {
	list, _ := json.Marshal(texts) // strings always marshal
	return testbrowser.Eval[[]string](b, `import(document.querySelector('link[href$="secret.js"]').href).then((m) => `+string(list)+`.filter(m.holdsSecret))`)
}

func lines(t *testing.T, path string) (all []string) {
	t.Helper()
	f := must(os.Open(path))(t)
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if line := s.Text(); line != "" && !strings.HasPrefix(line, "#") {
			all = append(all, line)
		}
	}
	return all
}
