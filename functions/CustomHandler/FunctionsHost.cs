using System.Collections;
using System.Globalization;
using CloudPos.Functions.Hosting;

namespace CloudPos.Functions.CustomHandler;

/// <summary>
/// How the program knows that the Azure Functions host has started it, and what differs then: state, queues
/// and keys are elsewhere, and it never ends with 0, after which the host would not start it again.
/// </summary>
internal static class FunctionsHost
{
    /// <summary>The host starts the program again, and does not count it as a failure.</summary>
    public const int RestartExitCode = 200;

    /// <summary>The host starts the program again; after three such ends it gives up itself.</summary>
    public const int FailedExitCode = 1;

    private const string PortVariable = "FUNCTIONS_CUSTOMHANDLER_PORT";
    private const string OlderPortVariable = "FUNCTIONS_HTTPWORKER_PORT";

    /// <summary>Null without a Functions host.</summary>
    public static int? PortIn(IDictionary environment)
    {
        var text = environment[PortVariable] as string ?? environment[OlderPortVariable] as string;
        bool isPort = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port);
        return isPort && port > 0 ? port : null;
    }

    /// <summary>What is missing, or wrong in that place.</summary>
    public static IEnumerable<string> Faults(BackOfficeOptions options)
    {
        bool hosted = options.FunctionsHostPort is not null;
        if (!hosted && options.Data.Length == 0)
            yield return "--data is missing: the folder that holds all state.";
        if (!hosted && options.KeyVault is not null)
            yield return "--key-vault wants the Functions host; alone, keys are files in the data folder.";
        if (!hosted && options.ServiceBus is not null)
            yield return "--service-bus wants the Functions host, which delivers what is rung there.";
        if (!hosted)
            yield break;
        if (options.Url.Port != options.FunctionsHostPort)
            yield return "--urls is refused under the Functions host, which chooses the port.";
        if (options.StdinGuard)
            yield return "--stdin-guard is refused under the Functions host, which gives no standard input.";
        if (options.DevelopmentIssuer is not null)
            yield return "--development-issuer is refused under the Functions host; people come from Entra.";
        if (options.Tables is null)
            yield return "--tables is missing: under the Functions host nothing is kept on disk.";
        if (options.ServiceBus is null)
            yield return "--service-bus is missing: under the Functions host queues are in Service Bus.";
        if (options.KeyVault is null)
            yield return "--key-vault is missing: keys in files are for development and refused here.";
        if (options.Authority is null)
            yield return "--authority is missing: the issuer of people's tokens.";
        if (options.Smtp is null && options.MailPickup is null)
            yield return "--smtp is missing: under the Functions host mails are not left on disk.";
    }
}
