namespace CloudPos.Terminal.Web;

/// <summary>
/// One page that shows the running terminal's status and keeps it fresh: whether a sale would go online, what
/// waits to be sent, what is at risk, and each payment with what became of it. Plain HTML and script, nothing
/// from elsewhere.
/// </summary>
internal static class StatusPage
{
    public static string Html { get; } = Load();

    private static string Load()
    {
        const string name = "CloudPos.Terminal.Web.status.html";
        using var stream = typeof(StatusPage).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException("The status page is missing from the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
