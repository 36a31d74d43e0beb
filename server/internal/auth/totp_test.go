package auth_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"usher/server/internal/auth"
)

// The codes of RFC 6238, appendix B (SHA-1), cut to six digits.
func TestCheckTOTP_TheStandardsOwnCodes(t *testing.T) {
	t.Parallel()
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" // "12345678901234567890"
	for at, code := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		step, ok, err := auth.CheckTOTP(secret, code, time.Unix(at, 0), 0)
		if err != nil || !ok || step != at/30 {
			t.Errorf("%s at %d: step %d, %v, %v", code, at, step, ok, err)
		}
	}
}

func TestCheckTOTP_OnceAndInTime(t *testing.T) {
	t.Parallel()
	const secret, code = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "081804" // step 37037036
	const step = 1111111109 / 30
	for what, c := range map[string]struct {
		code string
		now  int64
		last int64
		ok   bool
	}{
		"in its step":         {code, step * 30, step - 1, true},
		"with a space":        {"081 804", step * 30, 0, true},
		"a step late":         {code, step*30 + 59, 0, true},
		"a step early":        {code, step*30 - 1, 0, true},
		"two steps late":      {code, step*30 + 60, 0, false},
		"two steps early":     {code, step*30 - 31, 0, false},
		"used before":         {code, step * 30, step, false},
		"a later one is used": {code, step * 30, step + 1, false},
		"another code":        {"081805", step * 30, 0, false},
		"a longer one":        {"0081804", step * 30, 0, false},
		"none":                {"", step * 30, 0, false},
	} {
		if got, ok, err := auth.CheckTOTP(secret, c.code, time.Unix(c.now, 0), c.last); ok != c.ok || err != nil || ok && got != step {
			t.Errorf("%s: step %d, %v, %v", what, got, ok, err)
		}
	}
	if _, ok, err := auth.CheckTOTP("no base32!", code, time.Unix(0, 0), 0); ok || err == nil {
		t.Error("a broken secret is taken")
	}
}

func TestNewTOTP_WhatAnAppReads(t *testing.T) {
	t.Parallel()
	secret, uri, err := auth.NewTOTP("Usher", "ana@example.com")
	if err != nil || len(secret) != 32 {
		t.Fatal(secret, err)
	}
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/Usher:ana@example.com" ||
		u.Query().Get("secret") != secret || u.Query().Get("issuer") != "Usher" || u.Query().Get("period") != "30" {
		t.Errorf("%s: %v", uri, err)
	}
	if again, _, _ := auth.NewTOTP("Usher", "ana@example.com"); again == secret {
		t.Error("the same secret twice")
	}
	rows, err := auth.QR(uri)
	if err != nil || len(rows) < 29 || (len(rows)-17)%4 != 0 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		if len(row) != len(rows) || strings.Trim(row, "01") != "" {
			t.Fatalf("row %q of %d", row, len(rows))
		}
	}
	// The finder pattern in three corners, a light line beside each.
	n := len(rows)
	for what, got := range map[string]string{"left": rows[0][:8], "right": reverse(rows[0][n-8:]), "bottom": rows[n-1][:8]} {
		if got != "11111110" {
			t.Errorf("%s corner: %s", what, got)
		}
	}
}

func reverse(s string) string {
	var out string
	for _, r := range s {
		out = fmt.Sprint(string(r), out)
	}
	return out
}

func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	codes, hashes := auth.NewRecoveryCodes()
	seen := map[string]bool{}
	for i, code := range codes {
		seen[code] = true
		for _, typed := range []string{code, strings.ToUpper(code), strings.ReplaceAll(code, "-", ""), " " + strings.ReplaceAll(code, "-", " "), strings.ReplaceAll(code, "0", "O")} {
			if hash, ok := auth.RecoveryHash(typed); !ok || string(hash) != string(hashes[i]) {
				t.Errorf("%q is not the code %q", typed, code)
			}
		}
	}
	if len(seen) != auth.RecoveryCodes || len(hashes) != len(codes) {
		t.Errorf("%d different codes", len(seen))
	}
	for _, bad := range []string{"", "123456", codes[0] + "0", codes[0][1:], "u" + codes[0][1:]} {
		if _, ok := auth.RecoveryHash(bad); ok {
			t.Errorf("%q passes for a recovery code", bad)
		}
	}
}
