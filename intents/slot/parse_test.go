package slot

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

var kinds = []Kind{"", KindEmail, KindTime, KindStatus, KindReason, KindZone, KindSeverity, KindConfirm}

// FuzzParse: nothing makes it panic, and what it finds survives JSON and obeys
// what the types promise.
func FuzzParse(f *testing.F) {
	p := english(f)
	for i, c := range asked {
		f.Add(c[0], byte(i))
	}
	f.Add("Registered Email: a@b.co Submission Time: [2026-11-22 09:10] Current Status: [", byte(2))
	f.Add("２０２６年11月22日 9:10 UTC+99:99 \xff\xfe ½½½ {a|b} 99999999999999999999 days ago", byte(2))
	langs := []string{"en", "zh", "ar", "es"}
	for i, lang := range langs[1:] {
		for _, r := range cases(f, "testdata/"+lang+".tsv") {
			f.Add(r.text, byte(slices.Index(kinds, r.asked)|(i+1)<<4|64))
		}
	}
	f.Fuzz(func(t *testing.T, text string, k byte) {
		c := Context{Now: noon, Asked: kinds[int(k)%len(kinds)], Lang: langs[k>>4&3]}
		if k&64 != 0 {
			c.Zone = time.FixedZone("x", -5*3600)
		}
		check(t, p.Parse(text, c))
	})
}

func check(t interface{ Fatalf(string, ...any) }, f Found) {
	data, err := json.Marshal(f)
	if err != nil {
		t.Fatalf("%+v: %v", f, err)
	}
	var again Found
	if err := json.Unmarshal(data, &again); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	valid := utf8.Valid(data)
	if f.Email != nil {
		valid = valid && utf8.ValidString(f.Email.Address)
	}
	if f.Time != nil {
		valid = valid && utf8.ValidString(f.Time.Said)
	}
	if f.EmailAttempt != nil {
		valid = valid && utf8.ValidString(f.EmailAttempt.Address)
	}
	if valid && !reflect.DeepEqual(f, again) {
		t.Fatalf("JSON changes\n%+v into\n%+v", f, again)
	}
	if m := f.Time; m != nil {
		n := 0
		for _, holds := range []bool{!m.At.IsZero(), m.NeedsZone, len(m.Candidates) > 1} {
			if holds {
				n++
			}
		}
		if n != 1 || len(m.Candidates) == 1 {
			t.Fatalf("a time must be an instant, a wall clock or a choice: %+v", m)
		}
	}
	if z := f.Zone; z != nil && (z.ID == "") == (len(z.Candidates) < 2) {
		t.Fatalf("a zone must be one or a choice: %+v", z)
	}
}

// Words from the table strung together at random reach deeper than bytes do.
func TestParse_RandomPhrases(t *testing.T) {
	t.Parallel()
	p := english(t)
	var words []string
	for _, c := range asked {
		words = append(words, strings.Fields(c[0])...)
	}
	words = append(words, "rejected", "status:", "reason:", "email:", "[", "]", "time:", "wrong", "name", "typo", "3", "times", "a@b.co", "UTC", "not", "\n", "99999999999")
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 12).Draw(t, "words"), rapid.SampledFrom([]string{" ", "", ", ", "-"}).Draw(t, "glue"))
		c := Context{
			Now:   time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "now"), 0).UTC(),
			Asked: rapid.SampledFrom(kinds).Draw(t, "asked"),
		}
		if name := rapid.SampledFrom([]string{"", "UTC", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe"}).Draw(t, "zone"); name != "" {
			c.Zone, _ = time.LoadLocation(name)
		}
		check(t, p.Parse(text, c))
	})
}

// An address comes back byte for byte, whatever stands around it.
func TestParse_EmailComesBackAsTyped(t *testing.T) {
	t.Parallel()
	p := english(t)
	rapid.Check(t, func(t *rapid.T) {
		local := rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9._%+-]{0,20}[A-Za-z0-9]`).Filter(func(s string) bool {
			return !strings.Contains(s, "..")
		}).Draw(t, "local")
		domain := rapid.StringMatching(`([a-zA-Z0-9]([a-z0-9-]{0,8}[a-z0-9])?\.){1,3}[A-Za-z]{2,6}`).Draw(t, "domain")
		address := local + "@" + domain
		if examples(address) {
			t.Skip("an address that only stands for one is not taken")
		}
		text := rapid.SampledFrom([]string{"", "mail: ", "it's ", "почта ", "我的邮箱是", "<", "(", "\n", "\"", "email="}).Draw(t, "before") +
			address + rapid.SampledFrom([]string{"", ".", ", ok", " thanks", ">", ")", "!", "谢谢", "\n", "\"", "?"}).Draw(t, "after")
		f := p.Parse(text, Context{Now: noon, Asked: rapid.SampledFrom(kinds).Draw(t, "asked")})
		if f.Email == nil || f.Email.Address != address {
			t.Fatalf("%q: %+v", text, f.Email)
		}
	})
}

func TestNew_RefusesBadWords(t *testing.T) {
	t.Parallel()
	good, err := os.ReadFile("../../locales/en/slots.toml")
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(string) string{
		"unknown key":   func(s string) string { return s + "\n[surprise]\nx = 1\n" },
		"unknown part":  func(s string) string { return strings.Replace(s, `part = "dawn"`, `part = "brunch"`, 1) },
		"bad order":     func(s string) string { return strings.Replace(s, `order = "mdy"`, `order = "ydm"`, 1) },
		"bad clock":     func(s string) string { return strings.Replace(s, `clock = 12`, `clock = 13`, 1) },
		"a weekday off": func(s string) string { return strings.Replace(s, `  ["friday", "fri"],`, ``, 1) },
		"a month off":   func(s string) string { return strings.Replace(s, `  ["may"],`, ``, 1) },
		"unknown zone": func(s string) string {
			return strings.Replace(s, `[time.zones]`, "[time.zones]\n\"x\" = \"Mars/Base\"", 1)
		},
		"a span without a number": func(s string) string {
			return strings.Replace(s, `[time.zones]`, "[time.spans]\n\"x\" = \"h\"\n[time.zones]", 1)
		},
		"unknown zone when asked": func(s string) string {
			return strings.Replace(s, `[time.zones]`, "[time.zones_asked]\n\"x\" = \"Mars/Base\"\n[time.zones]", 1)
		},
		"broken": func(s string) string { return s[:len(s)/2] },
	} {
		changed := change(string(good))
		if changed == string(good) {
			t.Errorf("%s: nothing changed", name)
		}
		if _, err := New(fstest.MapFS{"en/slots.toml": {Data: []byte(changed)}}); !errors.Is(err, ErrWords) {
			t.Errorf("%s: %v, want ErrWords", name, err)
		}
	}
}

// A language is a file: particles glued to words, other digits, hours before
// their marks, all without code.
func TestNew_ALanguageIsAFile(t *testing.T) {
	t.Parallel()
	words := func(lang string) Words {
		w := Words{}
		w.Time.Order, w.Time.Clock = "dmy", 24
		w.Time.Weekdays, w.Time.Months = make([][]string, 7), make([][]string, 12)
		switch lang {
		case "zh":
			w.Time.TenMultiplies = true
			w.Time.Numbers = map[string]float64{"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "八": 8, "十": 10, "半": 0.5}
			w.Time.Minute, w.Time.Hour = []string{"分钟", "分"}, []string{"小时", "个小时"}
			w.Time.Ago, w.Time.Now = []string{"前", "之前"}, []string{"刚刚", "刚才"}
			w.Time.Days = []DayWord{{Words: []string{"今天"}}, {Words: []string{"昨天"}, Offset: -1}}
			w.Time.Parts = []PartWord{{[]string{"上午", "早上"}, "morning"}, {[]string{"晚上"}, "evening"}, {[]string{"下午"}, "afternoon"}}
			w.Time.Oclock, w.Time.HalfAfter = []string{"点", "点钟", "时"}, []string{"半"}
			w.Time.YearMark, w.Time.MonthMark, w.Time.DayMark = []string{"年"}, []string{"月"}, []string{"日", "号"}
			w.Time.ZoneWord, w.Time.Zones = []string{"时间"}, map[string]string{"北京": "Asia/Shanghai"}
		case "pt":
			w.Time.Numbers = map[string]float64{"uma": 1, "duas": 2, "meia": 0.5}
			w.Time.Hour, w.Time.Minute = []string{"hora", "horas", "h"}, []string{"minutos", "min"}
			w.Time.Ago, w.Time.Oclock = []string{"há", "atrás"}, []string{"horas", "h"}
			w.Time.Days = []DayWord{{Words: []string{"hoje"}}, {Words: []string{"ontem"}, Offset: -1}}
			w.Time.At, w.Time.Plus, w.Time.And = []string{"às", "as"}, []string{"e"}, []string{"e"}
			w.Time.Parts = []PartWord{{[]string{"da tarde"}, "afternoon"}, {[]string{"da noite"}, "night"}}
		case "ar":
			w.Prefixes = []string{"ال", "ب", "بال", "و"}
			w.Time.Minute, w.Time.Ago = []string{"دقيقة"}, []string{"منذ", "قبل"}
			w.Time.Days = []DayWord{{Words: []string{"أمس"}, Offset: -1}}
			w.Time.At = []string{"الساعة"}
		case "tr":
			w.Suffixes = []string{"'de", "'da", "de"}
			w.Time.Minute, w.Time.Ago = []string{"dakika", "dk"}, []string{"önce"}
			w.Time.Days = []DayWord{{Words: []string{"dün"}, Offset: -1}, {Words: []string{"dün akşam"}, Offset: -1, Part: "evening"}}
			w.Time.At, w.Time.Fill = []string{"saat"}, []string{"'de", "de"}
		}
		return w
	}
	all := map[string]Words{}
	for _, lang := range []string{"zh", "pt", "ar", "tr"} {
		all[lang] = words(lang)
	}
	p := newParser()
	for lang, w := range all {
		if err := w.check(); err != nil {
			t.Fatal(err)
		}
		p.add(lang, func() Words { return w })
	}
	utc3 := time.FixedZone("", 3*3600) // 18:20 there
	for _, c := range [][3]string{
		{"zh", "四十分钟前", "2026-11-22 17:40"},
		{"zh", "三十五分钟前", "2026-11-22 17:45"},
		{"zh", "40分钟前", "2026-11-22 17:40"},
		{"zh", "两个小时前", "2026-11-22 16:20"},
		{"zh", "昨天晚上8点", "2026-11-21 20:00"},
		{"zh", "昨天晚上八点半", "2026-11-21 20:30"},
		{"zh", "今天上午9点10分", "2026-11-22 09:10"},
		{"zh", "2026年11月22日 9:10", "2026-11-22 09:10"},
		{"zh", "11月21日下午3点", "2026-11-21 15:00"},
		{"zh", "北京时间9点", "2026-11-22 04:00"},
		{"zh", "刚刚", "2026-11-22 18:20"},
		{"pt", "ontem às 15h", "2026-11-21 15:00"},
		{"pt", "ontem as 15h30", "2026-11-21 15:30"},
		{"pt", "há 40 minutos", "2026-11-22 17:40"},
		{"pt", "2 horas atrás", "2026-11-22 16:20"},
		{"pt", "há uma hora e meia", "2026-11-22 16:50"},
		{"pt", "hoje às 9 e meia", "2026-11-22 09:30"},
		{"pt", "ontem às 9 da noite", "2026-11-21 21:00"},
		{"ar", "قبل ٤٠ دقيقة", "2026-11-22 17:40"},
		{"ar", "بالأمس الساعة 8", "2026-11-21 08:00"},
		{"tr", "40 dakika önce", "2026-11-22 17:40"},
		{"tr", "dün akşam saat 8'de", "2026-11-21 20:00"},
		{"pt", "yesterday at 8pm", ""}, // the base has no words here
	} {
		f := p.Parse(c[1], Context{Now: noon, Zone: utc3, Lang: c[0], Asked: KindTime})
		if got := show(f.Time, utc3); got != c[2] {
			t.Errorf("%s %q: %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

var found Found // keeps the compiler from dropping the work

func BenchmarkParse(b *testing.B) {
	p := english(b)
	long := func(piece string) string { return strings.Repeat(piece, 4000/utf8.RuneCountInString(piece)) }
	for name, text := range map[string]string{
		"plain":        "hello, my verification is stuck and I would like somebody to have a look please",
		"time":         "I submitted it yesterday at 8pm and my email is ana@gmail.com",
		"4000_prose":   long("my kyc is stuck, please help me with this. "),
		"4000_digits":  long("9"),
		"4000_numbers": long("9 10 "),
		"4000_and":     long("two and "),
		"4000_at":      long("a@b.co "),
		"4000_hits":    long("not rejected "),
		"4000_wrong":   long("wrong "),
		"4000_labels":  long("email: "),
		"4000_zones":   long("lagos time "),
		"4000_accents": long("ééé "),
		"4000_han":     long("验证"),
		"zh:4000":      long("我昨天晚上8点半提交的，没填错信息吗好的"),
		"zh:4000_yes":  long("好不是吗"),
		"ar:4000":      long("قدمت قبل ساعتين ونص ولم يرد أحد "),
		"es:4000":      long("no quiero cancelar, la mandé hace hora y media "),
	} {
		lang, _, _ := strings.Cut(name, ":")
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			p.Parse(text, Context{Now: noon, Lang: lang}) // makes the language ready
			for b.Loop() {
				found = p.Parse(text, Context{Now: noon, Zone: time.UTC, Lang: lang})
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	files := os.DirFS("../../locales")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(files); err != nil {
			b.Fatal(err)
		}
	}
}
