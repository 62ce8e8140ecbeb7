using System.Security.Cryptography;
using System.Text;
using CloudPos.Languages;
using CloudPos.Terminal.Cli;
using CloudPos.Terminal.People;
using CloudPos.Wire;

namespace CloudPos.Terminal.Web;

/// <summary>Who serves at the screen.</summary>
/// <param name="Person">Id among the staff; empty where a store has none.</param>
internal sealed record Operator(string Person, string Name, bool IsManager)
{
    /// <summary>Where a store has no staff, whoever stands at the terminal may do everything.</summary>
    public static Operator Nobody { get; } = new("", Texts.Nobody, true);
}

/// <summary>
/// Who is signed in at the screen. A store without staff needs no signing in. With staff there is one
/// session, in memory: a restart, another sign-in, the time without a touch, or the person's leaving ends it.
/// Thread-safe.
/// </summary>
/// <param name="cookie">Another one for each terminal that one address serves.</param>
internal sealed class Sessions(TerminalContext context, string cookie = "cloudpos", string path = "/")
{
    private const int TokenBytes = 32;
    private readonly Lock _gate = new();
    private Session? _session;

    private sealed record Session(byte[] Token, string Person, long Touched);

    /// <summary>The store has staff, so people sign in with a PIN.</summary>
    public bool IsNeeded => context.Store.Staff.Count > 0;

    public Operator? Of(HttpContext http)
    {
        if (!IsNeeded)
            return Operator.Nobody;
        lock (_gate)
        {
            if (_session is not { } session || !IsToken(http, session))
                return null;
            var idle = context.Time.GetElapsedTime(session.Touched).TotalSeconds;
            // The staff is asked each time: who was withdrawn, or is no manager any more, is so at once.
            var member = idle > context.Store.Settings.LockSeconds
                ? null
                : context.Store.Staff.FirstOrDefault(one => one.Person == session.Person);
            if (member is null)
                _session = null;
            else if (HttpMethods.IsPost(http.Request.Method))
                _session = session with { Touched = context.Time.GetTimestamp() };
            return member is null
                ? null
                : new Operator(member.Person, member.Name, member.Role == StaffRole.Manager);
        }
    }

    /// <summary>The PIN is right: from now on this browser's calls are that person's.</summary>
    public PinResult SignIn(HttpContext http, string person, string pin)
    {
        var result = context.Pins.Check(person, pin);
        if (!result.IsRight)
            return result;
        Admit(http, result.Member!.Person);
        return result;
    }

    /// <summary>Somebody whose PIN was checked elsewhere is signed in.</summary>
    public void Admit(HttpContext http, string person)
    {
        var token = RandomNumberGenerator.GetBytes(TokenBytes);
        lock (_gate)
            _session = new Session(token, person, context.Time.GetTimestamp());
        http.Response.Cookies.Append(cookie, Convert.ToHexString(token), new CookieOptions
        {
            HttpOnly = true, SameSite = SameSiteMode.Strict, Path = path,
        });
    }

    public void Lock()
    {
        lock (_gate)
            _session = null;
    }

    private bool IsToken(HttpContext http, Session session) =>
        http.Request.Cookies[cookie] is { Length: TokenBytes * 2 } text
        && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(text), Encoding.ASCII.GetBytes(Convert.ToHexString(session.Token)));
}
