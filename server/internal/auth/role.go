package auth

import "slices"

// Role is what an agent is allowed to do.
type Role string

// The roles.
const (
	// RoleAgent works on KYC reviews.
	RoleAgent Role = "agent"
	// RoleSecurity works on accounts that may be stolen.
	RoleSecurity Role = "security"
	// RoleSupervisor sees every queue, reads along and takes over.
	RoleSupervisor Role = "supervisor"
	// RoleAdmin is a supervisor who also manages agents and keys.
	RoleAdmin Role = "admin"
)

// The queues a role is about.
const (
	queueReview     = "kyc_review"
	queueSecurity   = "account_security"
	queueSupervisor = "supervisor"
)

// ParseRole reads a role by its exact name.
func ParseRole(text string) (role Role, ok bool) {
	switch r := Role(text); r {
	case RoleAgent, RoleSecurity, RoleSupervisor, RoleAdmin:
		return r, true
	}
	return "", false
}

// Queues lists the queues the role may see and claim from, the most urgent
// kind first. An unknown role sees nothing.
func (r Role) Queues() []string {
	switch r {
	case RoleAgent:
		return []string{queueReview}
	case RoleSecurity:
		return []string{queueSecurity}
	case RoleSupervisor, RoleAdmin:
		return []string{queueSecurity, queueSupervisor, queueReview}
	}
	return nil
}

// Sees reports whether the role may see and claim from a queue.
func (r Role) Sees(queue string) bool { return slices.Contains(r.Queues(), queue) }

// Supervises reports whether the role may watch and take over conversations of
// other agents.
func (r Role) Supervises() bool { return r == RoleSupervisor || r == RoleAdmin }

// Administers reports whether the role may manage agents and keys.
func (r Role) Administers() bool { return r == RoleAdmin }
