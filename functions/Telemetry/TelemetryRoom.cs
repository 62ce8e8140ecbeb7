using Azure.Core;
using Azure.Monitor.OpenTelemetry.Exporter;
using CloudPos.Functions.Hosting;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CloudPos.Functions.Telemetry;

internal static class TelemetryRoom
{
    private const string Service = "cloudpos-backoffice";

    /// <summary>What a kill may lose of traces; figures are read anew anyway.</summary>
    private const int TraceDelayMilliseconds = 2_000;
    private const int MetricIntervalMilliseconds = 60_000;

    /// <summary>Nothing is collected where nothing is to be exported.</summary>
    public static IServiceCollection AddTelemetry(
        this IServiceCollection services, BackOfficeOptions options, TokenCredential credential)
    {
        services.AddSingleton<Figures>();
        if (options.Otlp is null && options.AzureMonitor is null)
            return services;
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(Service))
            .WithTracing(traces => Traced(traces, options, credential))
            .WithMetrics(metrics => Measured(metrics, options, credential))
            .WithLogging(
                logs => Logged(logs, options, credential), logs => logs.IncludeFormattedMessage = true);
        return services;
    }

    public static void MapTelemetry(this FunctionTable functions) =>
        functions.Timer<Figures>("figures", Figures.Schedule, figures => figures.Run, Figures.HostedSchedule);

    private static void Traced(
        TracerProviderBuilder traces, BackOfficeOptions options, TokenCredential credential)
    {
        traces.AddSource(Traces.Source).AddSource("Microsoft.AspNetCore");
        if (options.Otlp is { } otlp)
            traces.AddOtlpExporter(exporter =>
            {
                Aim(exporter, otlp, "v1/traces");
                exporter.BatchExportProcessorOptions.ScheduledDelayMilliseconds = TraceDelayMilliseconds;
            });
        if (options.AzureMonitor is { } connection)
            traces.AddAzureMonitorTraceExporter(monitor => monitor.ConnectionString = connection, credential);
    }

    private static void Measured(
        MeterProviderBuilder metrics, BackOfficeOptions options, TokenCredential credential)
    {
        metrics.AddMeter(Figures.Meter);
        if (options.Otlp is { } otlp)
            metrics.AddOtlpExporter((exporter, reader) =>
            {
                Aim(exporter, otlp, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds =
                    MetricIntervalMilliseconds;
            });
        if (options.AzureMonitor is { } connection)
            metrics.AddAzureMonitorMetricExporter(
                monitor => monitor.ConnectionString = connection, credential);
    }

    private static void Logged(
        LoggerProviderBuilder logs, BackOfficeOptions options, TokenCredential credential)
    {
        logs.AddProcessor(new CardFreeLogs());
        if (options.Otlp is { } otlp)
            logs.AddOtlpExporter(exporter => Aim(exporter, otlp, "v1/logs"));
        if (options.AzureMonitor is { } connection)
            logs.AddAzureMonitorLogExporter(monitor => monitor.ConnectionString = connection, credential);
    }

    private static void Aim(OtlpExporterOptions exporter, Uri otlp, string path) =>
        (exporter.Protocol, exporter.Endpoint) = (OtlpExportProtocol.HttpProtobuf, new Uri(otlp, path));
}
