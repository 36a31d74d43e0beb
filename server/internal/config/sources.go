package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/peterbourgon/ff/v3"
)

// File is a config file as it was read.
type File struct {
	Data []byte
	Mode fs.FileMode
}

// maxFile is more than every setting together needs.
const maxFile = 64 << 10

// ReadFile reads a file of the operating system.
func ReadFile(path string) (File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return File{}, err
	}
	if info.Size() > maxFile {
		return File{}, errors.New("file too large")
	}
	data, err := os.ReadFile(path)
	return File{Data: data, Mode: info.Mode()}, err
}

// given is a value with the place it was given at.
type given struct {
	text, place string
}

// word matches what may be repeated in an error: it looks like a name. A
// secret that slipped into the place of a name mostly does not.
var word = regexp.MustCompile(`^[A-Za-z][A-Za-z_-]{0,31}$`)

// fromEnvironment finds settings among the variables and complains about those
// that start with USHER_ and are none.
func fromEnvironment(rows []setting, environ []string) (map[string]given, []string) {
	found, problems := map[string]given{}, []string{}
	byVariable := map[string]string{Prefix + strings.ToUpper(fileSetting): fileSetting}
	var all []string
	for _, row := range rows {
		byVariable[row.env()] = row.name
		all = append(all, row.env())
	}
	for _, entry := range environ {
		variable, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(variable, Prefix) || strings.HasPrefix(variable, Prefix+"TEST_") {
			continue
		}
		name, ok := byVariable[variable]
		switch {
		case ok && value != "":
			found[name] = given{text: value, place: variable}
		case !ok && !fromKubernetes(variable, value):
			problems = append(problems, variable+" is no setting"+suggest(variable, all))
		}
	}
	return found, problems
}

// serviceLink matches the variables that Kubernetes sets for each service of
// the namespace; those of services whose names begin with usher look like ours.
var serviceLink = regexp.MustCompile(`_SERVICE_HOST$|_SERVICE_PORT(_[A-Z0-9_]+)?$|_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$`)

func fromKubernetes(variable, value string) bool {
	return serviceLink.MatchString(variable) || strings.HasSuffix(variable, "_PORT") && strings.Contains(value, "://")
}

// fromFile reads the plain format: one "name value" a line.
func fromFile(rows []setting, path string, file File) (map[string]given, []string) {
	if len(file.Data) > maxFile || !utf8.Valid(file.Data) || bytes.HasPrefix(file.Data, []byte("\ufeff")) {
		return nil, []string{path + ": not a plain text file in UTF-8 without a byte order mark"}
	}
	found, problems := map[string]given{}, []string{}
	hasSecret := false
	line := 0
	for text := range bytes.Lines(file.Data) {
		line++
		_ = ff.PlainParser(bytes.NewReader(text), func(name, value string) error {
			place := fmt.Sprintf("%s:%d", path, line)
			row, ok := findSetting(rows, strings.TrimLeft(name, "-"))
			switch {
			case !ok:
				problems = append(problems, place+": "+unknownKey(rows, name))
			case strings.HasPrefix(value, "= "):
				problems = append(problems, fmt.Sprintf("%s: %s: write it without the =", place, row.name))
			case found[row.name].place != "":
				problems = append(problems, fmt.Sprintf("%s: %s: given twice", place, row.name))
			default:
				found[row.name] = given{text: value, place: place + ": " + row.name}
				hasSecret = hasSecret || row.secret && holdsSecret(value)
			}
			return nil
		})
	}
	if hasSecret && file.Mode&0o004 != 0 {
		problems = append(problems, fmt.Sprintf("%s: holds secrets but everyone may read it (mode %04o); run chmod 600", path, file.Mode.Perm()))
	}
	return found, problems
}

func findSetting(rows []setting, name string) (setting, bool) {
	for _, row := range rows {
		if row.name == name {
			return row, true
		}
	}
	return setting{}, false
}

func unknownKey(rows []setting, name string) string {
	if before, _, ok := strings.Cut(name, "="); ok {
		if _, ok := findSetting(rows, before); ok {
			return before + ": write a space instead of the ="
		}
	}
	if !word.MatchString(name) {
		return "not a line of the form: name value"
	}
	return name + " is no setting" + suggest(name, names(rows))
}

// holdsSecret reports whether the value of a secret setting really has one: a
// URL without a password has none.
func holdsSecret(value string) bool {
	u, err := url.Parse(value)
	if err != nil || u.Scheme == "" {
		return true
	}
	_, has := u.User.Password()
	return has || u.Query().Has("password")
}

// suggest offers the name that was probably meant.
func suggest(name string, all []string) string {
	best, least := "", 4
	for _, other := range all {
		if d := distance(name, other); d < least {
			best, least = other, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// distance is the number of letters to insert, delete or replace (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
