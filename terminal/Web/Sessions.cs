namespace CloudPos.Terminal.Web;

/// <summary>Who serves at the screen.</summary>
internal sealed record Operator(string Name, bool IsManager)
{
    /// <summary>Where a store has no staff, whoever stands at the terminal may do everything.</summary>
    public static Operator Nobody { get; } = new("cashier", true);
}

/// <summary>Who is signed in at the screen. A store without staff needs no signing in.</summary>
internal sealed class Sessions
{
    /// <summary>The store has staff, so people sign in with a PIN.</summary>
    public bool SignIn => false;

    public Operator? Of(HttpContext http) => Operator.Nobody;
}
