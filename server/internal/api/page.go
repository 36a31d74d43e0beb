package api

const docsPolicy = "default-src 'none'"

func (a *API) page() ([]byte, error) { return nil, nil }
