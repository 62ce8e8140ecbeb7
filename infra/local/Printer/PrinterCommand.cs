using System.CommandLine;

namespace CloudPos.Local.Printer;

/// <summary>printer: a receipt printer on loopback, to be put out of paper by typing.</summary>
internal static class PrinterCommand
{
    public static Command Build()
    {
        var port = new Option<int>("--port") { Description = "Port on loopback.", DefaultValueFactory = _ =>
            9100 };
        var narrow = new Option<bool>("--narrow") { Description = "A roll of 58 mm in place of 80." };
        var folder = new Option<string>("--papers")
        {
            Description = "Folder for the pictures of what it printed.", Required = true,
        };
        var command = new Command(
            "printer", "A receipt printer that shows its paper as pictures. Type a state: "
            + string.Join(", ", Enum.GetNames<PrinterMood>()) + ". Ends when standard input closes.")
        {
            port, narrow, folder,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var printer = PrinterDouble.Start(
                TimeProvider.System, parsed.GetValue(port), parsed.GetValue(narrow) ? 384 : 576);
            var papers = new PaperFolder(parsed.GetRequiredValue(folder));
            printer.Cut = sheet => Console.WriteLine($"{papers.Keep(sheet)}");
            Console.WriteLine($"listening on {printer.Address}");
            while (await Console.In.ReadLineAsync(cancel) is { } line)
                if (Enum.TryParse<PrinterMood>(line.Trim(), ignoreCase: true, out var mood))
                    printer.Mood = mood;
                else
                    Console.WriteLine($"Say one of {string.Join(", ", Enum.GetNames<PrinterMood>())}.");
            return 0;
        });
        return command;
    }
}
