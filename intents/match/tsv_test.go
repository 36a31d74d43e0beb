package match

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestReadTSV_Reads(t *testing.T) {
	t.Parallel()
	got, err := ReadTSV(strings.NewReader("\uFEFFa\tone\r\nb\tzwei drei\n"), "x.tsv", "de")
	want := []Example{{"a", "de", "one"}, {"b", "de", "zwei drei"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestReadTSV_RefusesWithFileAndLine(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                                       "x.tsv:1: bad line: empty file",
		"a\tb\nno tab here\n":                    "x.tsv:2: bad line: no tab between label and text",
		"a\tb\n\n":                               "x.tsv:2: bad line: no tab between label and text",
		"a\tb\n\tc\n":                            "x.tsv:2: bad line: empty label",
		"a\t \n":                                 "x.tsv:1: bad line: empty text",
		"a\tb\tc\n":                              "x.tsv:1: bad line: more than one tab",
		"a\tb\na\t\xff\n":                        "x.tsv:2: bad line: not UTF-8",
		"a\tb\na\t" + strings.Repeat("x", 2<<20): "x.tsv:2: bad line: longer than 1 MiB",
	} {
		_, err := ReadTSV(strings.NewReader(in), "x.tsv", "en")
		if !errors.Is(err, ErrLine) || err.Error() != want {
			t.Errorf("%.20q: %v, want %s", in, err, want)
		}
	}
}
