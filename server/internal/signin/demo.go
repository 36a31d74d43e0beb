package signin

import (
	"net/http"
	"time"

	"usher/server/internal/auth"
)

// demoLifetime is short, so that the demo shows tokens being refreshed.
const demoLifetime = 15 * time.Minute

// demoToken signs a customer of the demo page. It exists only with --demo.
func (d *Door) demoToken(w http.ResponseWriter, r *http.Request) {
	if _, ok := r.Header["Origin"]; ok && !d.Origins.Allows(r) {
		Problem(w, http.StatusForbidden, "forbidden", "This page may not do that.")
		return
	}
	var in struct {
		Sub              string `json:"sub" strict:"required"`
		Email            string `json:"email"`
		Name             string `json:"name"`
		Locale           string `json:"locale"`
		Zoneinfo         string `json:"zoneinfo"`
		Status           string `json:"status"`
		SubmittedAt      string `json:"submitted_at"`
		Cancellations    *int   `json:"cancellations"`
		Cancellations24h *int   `json:"cancellations_24h"`
		FaceFailures     *int   `json:"face_failures"`
		Rejections       *int   `json:"rejections"`
	}
	if !Body(w, r, &in) {
		return
	}
	kyc := auth.KYC{
		Status: in.Status, Cancellations: in.Cancellations, Cancellations24h: in.Cancellations24h,
		FaceFailures: in.FaceFailures, Rejections: in.Rejections,
	}
	if in.SubmittedAt != "" {
		at, err := time.Parse(time.RFC3339, in.SubmittedAt)
		if err != nil {
			Problem(w, http.StatusUnprocessableEntity, "bad_value", "submitted_at must be RFC 3339.")
			return
		}
		kyc.SubmittedAt = at
	}
	token, err := d.Tokens.Issue(auth.Identity{
		Subject: in.Sub, Email: in.Email, Name: in.Name, Locale: in.Locale, Zone: in.Zoneinfo, KYC: kyc,
	}, demoLifetime)
	if err != nil {
		Problem(w, http.StatusUnprocessableEntity, "bad_value", "A value of this customer is not possible.")
		return
	}
	Answer(w, http.StatusOK, map[string]any{"token": token})
}
