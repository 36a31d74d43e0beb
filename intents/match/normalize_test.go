package match

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNormal_ReadsAlikeWhatPeopleTypeDifferently(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"Hello,   WORLD!", "hello world"},
		{"I can't, I can’t, I can`t", "i cant i cant i cant"},
		{"Ｃａｎｃｅｌ　ＫＹＣ", "cancel kyc"},
		{"𝐜𝐚𝐧𝐜𝐞𝐥 Ⓚⓨⓒ", "cancel kyc"},
		{"cafe\u0301 café CAFÉ", "cafe cafe cafe"},
		{"ışık Đắk straße", "isik dak strase"},
		{"Ёлка ёж", "елка еж"},
		{"أهلاً إلى مكتبة ۱۲ ـــ", "اهلا الي مكتبه 12"},
		{"審核帳戶 实名認證", "审核账户 实名认证"},
		{"हाँ फ़ोन", "हां फोन"},
		{"pay\u200b\u200dpal so\u00adft", "paypal soft"},
		{"hiiiiiii kk 11111 22222222", "hiii kk " + string(maskNumber) + " " + string(maskNumber)},
		{"write to a.b+c@mail.example.com now", "write to " + string(maskMail) + " now"},
		{"我的邮箱a@b.com不对", "我的邮箱 " + string(maskMail) + " 不对"},
		{"see https://x.example/a?b=c#d and www.site.test/x", "see " + string(maskLink) + " and " + string(maskLink)},
		{"at 10:30am, 24/7, 2fa", "at " + string(maskTime) + " am 24 7 2fa"},
		{"+1 (555) 0100-200 2026-11-22", "1 555 " + string(maskNumber) + " " + string(maskNumber)},
		{"ok 👍🏽👍", "ok 👍 👍"},
		{"\xff\xfeabc\x00d", "abc d"},
		{"", ""},
		{" \t\n.,;", ""},
	} {
		if got := Normal(c.in); got != c.want {
			t.Errorf("Normal(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestNormal_IsBounded(t *testing.T) {
	t.Parallel()
	for _, s := range []string{strings.Repeat("😀", 4000), strings.Repeat("word ", 4000), strings.Repeat("a", 40000), strings.Repeat("审", 4000)} {
		if n := utf8.RuneCountInString(Normal(s)); n > 2*maxRunes {
			t.Errorf("%d letters are left of %d", n, utf8.RuneCountInString(s))
		}
	}
}

// A mask must never be typed: private-use characters are read as breaks.
func TestNormal_MasksCannotBeTyped(t *testing.T) {
	t.Parallel()
	if got := Normal("a" + string(maskMail) + "b"); got != "a b" {
		t.Errorf("a typed mask is read as %q", got)
	}
}
