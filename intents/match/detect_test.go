package match

import "testing"

func TestDetect_ScriptAndLetters(t *testing.T) {
	t.Parallel()
	d := trainDetector(fourteen(), "en", 1)
	for _, c := range []struct {
		text string
		hint Hint
		want string
	}{
		{"how long does it take", Hint{}, "en"},
		{"cuánto tiempo tarda", Hint{}, "es"},
		{"quanto tempo demora minha conta", Hint{}, "pt"},
		{"combien de temps pour ma vérification", Hint{}, "fr"},
		{"wie lange dauert das", Hint{}, "de"},
		{"ne kadar sürer", Hint{}, "tr"},
		{"mất bao lâu vậy", Hint{}, "vi"},
		{"berapa lama ya", Hint{}, "id"},
		{"не могу войти, KYC verification", Hint{}, "ru"},
		{"我的 KYC verification 被拒了", Hint{}, "zh"},
		{"本人確認をキャンセル", Hint{}, "ja"},
		{"인증 취소 KYC", Hint{}, "ko"},
		{"الغاء KYC", Hint{}, "ar"},
		{"KYC रद्द करें", Hint{}, "hi"},
		{"👍", Hint{Chat: "tr"}, "tr"},
		{"12", Hint{Locale: "pt-BR"}, "pt"},
		{"...", Hint{}, "en"},
		{"ολα καλα", Hint{}, Undetermined},
		{"ok", Hint{Chat: "de", Locale: "de-AT"}, "de"},
	} {
		var x text
		x.read(c.text)
		if got := d.detect(&x, c.hint); got.lang != c.want {
			t.Errorf("%q with %+v is %s (%.2f), want %s", c.text, c.hint, got.lang, got.p, c.want)
		}
	}
}

func TestDetect_OneLanguageIsEnough(t *testing.T) {
	t.Parallel()
	d := trainDetector(tiny(), "en", 1)
	for in, want := range map[string]string{"hello there": "en", "отмена": "ru", "取消": "zh"} {
		var x text
		x.read(in)
		if got := d.detect(&x, Hint{}); got.lang != want {
			t.Errorf("%q is %s, want %s", in, got.lang, want)
		}
	}
}

func TestDetect_TableFitsInSixtyFourKiB(t *testing.T) {
	t.Parallel()
	d := trainDetector(fourteen(), "en", 1)
	if n := len(d.table) * 8; n > 64<<10 {
		t.Errorf("the table has %d bytes", n)
	}
}

func BenchmarkDetect(b *testing.B) {
	d := trainDetector(fourteen(), "en", 1)
	var x text
	x.read("hi i uploaded the wrong passport yesterday")
	b.ReportAllocs()
	for b.Loop() {
		d.detect(&x, Hint{Chat: "en", Locale: "en-GB"})
	}
}
