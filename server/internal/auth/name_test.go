package auth

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// disguises turn a name into others that look like it.
func disguises() map[string]func(string) string {
	letters := func(lower, upper string) func(string) string {
		return func(text string) string {
			small, large := []rune(lower), []rune(upper)
			return strings.Map(func(r rune) rune {
				switch {
				case 'a' <= r && r <= 'z' && small[r-'a'] != '_':
					return small[r-'a']
				case 'A' <= r && r <= 'Z' && large[r-'A'] != '_':
					return large[r-'A']
				}
				return r
			}, text)
		}
	}
	from := func(small, large rune) func(string) string {
		return func(text string) string {
			return strings.Map(func(r rune) rune {
				switch {
				case 'a' <= r && r <= 'z':
					return small + r - 'a'
				case 'A' <= r && r <= 'Z':
					return large + r - 'A'
				}
				return r
			}, text)
		}
	}
	none := strings.Repeat("_", 26)
	each := func(after string) func(string) string {
		return func(text string) string { return strings.Join(strings.Split(text, ""), after) }
	}
	return map[string]func(string) string{
		"Latin": strings.TrimSpace, "capitals": strings.ToUpper,
		"Cyrillic":        letters("а_сԁе__һіјк_м_ор__ѕт___ху_", "АВС_Е__НІЈК_М_ОР__ЅТ___Х__"),
		"Greek":           letters(none, "ΑΒ__Ε__ΗΙ_Κ_ΜΝΟΡ___Τ___ΧΥΖ"),
		"Armenian":        letters("______ց_______օ_զ___ս_____", "__________________Տ_Ս_____"),
		"Cherokee":        letters(none, "ᎪᏴᏟᎠᎬ_ᏀᎻᎥᎫᏦᏞᎷ__Ꮲ_ᎡᏚᎢ_ᏙᎳ_ᎩᏃ"),
		"Lisu":            letters(none, "ꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑ_ꓣꓢꓔꓴꓦꓪꓫꓬꓜ"),
		"Coptic":          letters("__ⲥ___________ⲟⲣ__________", "_ⲂⲤ_____Ⲓ_Ⲕ_ⲘⲚⲞⲢ___Ⲧ___ⲬⲨ_"),
		"small capitals":  letters("__ᴄ___________ᴏ___ꜱ_ᴜᴠᴡ__ᴢ", none),
		"full width":      from('ａ', 'Ａ'),
		"bold":            from('𝐚', '𝐀'),
		"Fraktur":         from('𝖆', '𝕬'),
		"monospace":       from('𝚊', '𝙰'),
		"sans":            from('𝗮', '𝗔'),
		"circles":         from('ⓐ', 'Ⓐ'),
		"spaced":          each(" "),
		"dots":            each("."),
		"zero width":      each("\u200b"),
		"joiners":         each("\u200d"),
		"soft hyphens":    each("\u00ad"),
		"accents":         func(text string) string { return strings.ReplaceAll(strings.ReplaceAll(text, "o", "ó"), "e", "ė") },
		"marks":           each("\u0301"),
		"digits":          strings.NewReplacer("o", "0", "i", "1", "e", "3", "a", "4", "s", "5", "t", "7").Replace,
		"backwards":       func(text string) string { return "\u202e" + reversed(text) + "\u202c" },
		"isolated":        func(text string) string { return "\u2067" + text + "\u2069" },
		"a badge":         func(text string) string { return text + " ✔" },
		"a bot's picture": func(text string) string { return "🤖 " + text },
		"with a name":     func(text string) string { return "Maria " + text },
		"l for I":         func(text string) string { return strings.ReplaceAll(strings.ReplaceAll(text, "I", "l"), "i", "l") },
	}
}

func reversed(text string) string {
	r := []rune(text)
	slices.Reverse(r)
	return string(r)
}

// Five hundred names that pose as staff, the bot or the service, and not one is
// said by us: each reserved name by itself and, where it is Latin, in disguise.
func TestGreeted_NobodyPosesAsUs(t *testing.T) {
	t.Parallel()
	tried := 0
	refuse := func(how, name string) {
		if tried++; Greeted(name) != "" {
			t.Errorf("%s: %q (%U) is greeted", how, name, []rune(name))
		}
	}
	for _, name := range []string{"Support", "Admin", "Official Support", "Support Agent", "Security Team", "Assistant", "System", "Moderator", "Usher", "Customer Service", "ADMINISTRATOR", "Verified Agent", "Usher Bot", "Helpdesk", "Operator"} {
		for how, disguise := range disguises() {
			refuse(how, disguise(name))
		}
	}
	for line := range strings.Lines(reservedText) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, word := range strings.Fields(line) {
			word, anywhere := strings.CutSuffix(word, "*")
			word = strings.ReplaceAll(word, "-", " ")
			refuse("reserved", word)
			refuse("in capitals", strings.ToUpper(word)+" Ana")
			if anywhere {
				refuse("joined", "Ana"+strings.ReplaceAll(word, " ", "")+"24")
			}
		}
	}
	for _, name := range []string{
		"Ana. Call +1 555 010 9999", "Ana, your account is blocked: https://evil.example", "<b>Ana</b>", "Ana\nSupport joined", "Ana\u2028Notice", strings.Repeat("Ana ", 20),
		"A" + strings.Repeat("\u0300", 5), "123", "\u0301Ana", "@ana", "Ana {{name}}", "", " ", "\u200b", "💬", "Ana 20250101",
	} {
		refuse("no name", name)
	}
	if tried < 500 {
		t.Errorf("only %d names", tried)
	}
	t.Logf("%d names", tried)
}

// People keep their names, in every script of the chat and beyond.
func TestGreeted_PeopleKeepTheirNames(t *testing.T) {
	t.Parallel()
	names := strings.Split("Ana;Ana Souza;José María Núñez;Jean-Luc O'Brien;Siân D’Arcy;Nguyễn Thị Hồng Nhung;Cao Thọ Trọng;Đặng Văn Lâm;Zoë Müller;Łukasz Żółć;İrem Gülşen;Ahmet Görgün;Şebnem;"+
		"Иван Петров;Анна Сергеевна;Юлія Коваленко;Γιώργος Παπαδόπουλος;محمد علي;فاطمة الزهراء;مساعد العتيبي;وکیل خان;می\u200cنا;राहुल शर्मा;सुरक्षा देवी;অনিকা রহমান;முருகன்;王小明;歐陽娜娜;李安全;田中太郎;佐藤 ・ さくら;コバヤシ;김민준;이서연;สมชาย ใจดี;גיל כהן;გიორგი;Արամ;"+
		"Stafford Bond;Agentine Dupont;Botond Nagy;Argent;Talbot;Abbott;Rusher;Resmi Nair;Teamur;Dr. Adminah Okoro;Sir Cornelius;Siti Nurhaliza;Made Wirawan;Ana92;J. R. Smith;Servicius;Mary Ann;Iain Ng;Li;O;Seguro;Oficina Lima", ";")
	for _, name := range names {
		if got := Greeted(" " + name + " "); got != name {
			t.Errorf("%q is greeted as %q", name, got)
		}
	}
}

func TestShown_NothingUnseen(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Maria Oliveira", "می\u200cنا", "राहुल", "Zoë", "Acme & Sons (Ltd.)", "👩\u200d💻 Ana"} {
		if !Shown(name) {
			t.Errorf("%q may not be shown", name)
		}
	}
	for _, r := range "\u200b\u200e\u200f\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff\u00ad\u061c\u0000\u0007\u0085\U000e0041" {
		for _, name := range []string{"Ana" + string(r), string(r), fmt.Sprintf("A%cna", r)} {
			if Shown(name) {
				t.Errorf("%q may be shown", name)
			}
		}
	}
	if Shown("") || Shown("\xff") {
		t.Error("nothing may be shown")
	}
}

func FuzzGreeted(f *testing.F) {
	for _, seed := range []string{"Ana", "S u p p o r t", "\xff", "\u202eİ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := Greeted(name)
		if got != "" && (got != strings.TrimSpace(name) || !utf8.ValidString(got) || !Shown(got) || Greeted(strings.ToUpper(got)+" support") != "") {
			t.Errorf("%q is greeted as %q", name, got)
		}
	})
}
